import Dispatch
import Foundation
import Logging
import Reconciliation
import Synchronization

/// Runs `body`; SIGINT and SIGTERM ask it to stop at the next whole step, a second one ends the process at once.
func withStopSignals<Value>(_ stop: StopRequest, _ body: () async throws -> Value) async rethrows -> Value {
    let isOver = Mutex(false)
    let signals = StopSignals { number, name in
        if stop.cause != nil { exit(128 + number) }
        stop.stop(because: "\(name) came")
        ProgramLog.tell(
            .notice, "signal received", ["signal": .string(name)],
            "\(name) came: the run ends with this step; once more ends it at once")
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(5)) {
            if isOver.withLock({ $0 }) { return }
            ProgramLog.tell(
                .notice, "stop takes long", ["signal": .string(name)],
                "the run still waits for a server that does not answer: for Redis as long as --redis-timeout says")
        }
    }
    defer {
        isOver.withLock { $0 = true }
        signals.cancel()
    }
    return try await body()
}

/// Calls back for each SIGINT and SIGTERM, in the place of their own action.
struct StopSignals {
    private let sources: [(number: Int32, source: any DispatchSourceSignal)]

    init(_ came: @escaping @Sendable (_ number: Int32, _ name: String) -> Void) {
        sources = [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")].map { number, name in
            // Without this the signal's own action would come first.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { came(number, name) }
            source.resume()
            return (number, source)
        }
    }

    func cancel() {
        for (number, source) in sources {
            source.cancel()
            signal(number, SIG_DFL)
        }
    }
}
