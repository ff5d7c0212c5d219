import Dispatch
import Foundation
import Logging
import Reconciliation
import Synchronization

/// Runs `body`. SIGINT, SIGTERM or SIGHUP ask it to stop at its next whole step; a second one ends the process at once.
func withStopSignals<Value>(_ stop: StopRequest, _ body: () async throws -> Value) async rethrows -> Value {
    let isOver = Mutex(false)
    let signals = StopSignals(StopSignals.ofRun) { number, name in
        if stop.cause != nil { exit(128 + number) }
        stop.stop(because: "\(name) came")
        ProgramLog.tell(
            .notice, "signal received", ["signal": .string(name)],
            "\(name) came: the run ends with this step; once more ends it at once")
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(5)) {
            if isOver.withLock({ $0 }) { return }
            ProgramLog.tell(
                .notice, "stop takes long", ["signal": .string(name)],
                "the run still waits for a server that does not answer, for Redis as long as --redis-timeout says, or for whoever "
                    + "takes its output; once more ends it at once")
        }
    }
    defer {
        isOver.withLock { $0 = true }
        signals.cancel()
    }
    return try await body()
}

/// Calls back for each of some signals, in place of their default action.
struct StopSignals {
    typealias Named = (number: Int32, name: String)

    /// The signals that end a service.
    static let ofService: [Named] = [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")]
    /// The signals that end a run; SIGHUP says that its terminal is gone.
    static let ofRun = ofService + [(SIGHUP, "SIGHUP")]

    private let sources: [(number: Int32, source: any DispatchSourceSignal)]

    /// Returns when each signal is listened to. Until then its default action ends the process; afterwards none is
    /// missed.
    init(_ signals: [Named], _ came: @escaping @Sendable (_ number: Int32, _ name: String) -> Void) {
        sources = signals.compactMap { number, name in
            // A program that was started by nohup has to outlive its terminal.
            if number == SIGHUP, Self.isIgnored(number) { return nil }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            let isListenedTo = DispatchSemaphore(value: 0)
            source.setEventHandler { came(number, name) }
            source.setRegistrationHandler {
                // Elsewhere Dispatch replaces the default action by itself.
                #if canImport(Darwin)
                    signal(number, SIG_IGN)
                #endif
                isListenedTo.signal()
            }
            source.resume()
            isListenedTo.wait()
            return (number, source)
        }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        let action = signal(number, SIG_IGN)
        signal(number, action)
        return action != nil
    }

    func cancel() {
        for (number, source) in sources {
            source.cancel()
            signal(number, SIG_DFL)
        }
    }
}
