import Dispatch
import Foundation
import Logging
import Reconciliation
import Synchronization

/// Runs `body`; SIGINT, SIGTERM and SIGHUP ask it to stop at the next whole step, a second one ends the process at once.
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

/// Calls back for each of some signals, in the place of their own action.
struct StopSignals {
    typealias Named = (number: Int32, name: String)

    /// What ends a service.
    static let ofService: [Named] = [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")]
    /// What ends a run: also that its terminal is gone.
    static let ofRun = ofService + [(SIGHUP, "SIGHUP")]

    private let sources: [(number: Int32, source: any DispatchSourceSignal)]

    /// Does not return before each signal is listened to: until then its own action ends the process, and afterwards none is
    /// missed.
    init(_ signals: [Named], _ came: @escaping @Sendable (_ number: Int32, _ name: String) -> Void) {
        sources = signals.compactMap { number, name in
            // Who starts a program by nohup wants it to outlive the terminal.
            if number == SIGHUP, Self.isIgnored(number) { return nil }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            let isListenedTo = DispatchSemaphore(value: 0)
            source.setEventHandler { came(number, name) }
            source.setRegistrationHandler {
                // Elsewhere Dispatch takes the signal's action over by itself.
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
