import Dispatch
import Foundation
import Logging
import Reconciliation
import Reporting
import Synchronization

/// Runs `body`; SIGINT and SIGTERM ask it to stop at the next whole step, a second one ends the process at once.
func withStopSignals<Value>(_ stop: StopRequest, _ body: () async throws -> Value) async rethrows -> Value {
    let first = StopSignals { number, name in
        if stop.cause != nil { exit(128 + number) }
        stop.stop(because: "\(name) came")
        ProgramLog.tell(
            .notice, "signal received", ["signal": .string(name)],
            "\(name) came: the run ends with this step; once more ends it at once")
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(5)) {
            ProgramLog.tell(
                .notice, "stop takes long", ["signal": .string(name)],
                "the run still waits for a server that does not answer: for Redis as long as --redis-timeout says")
        }
    }
    defer { first.cancel() }
    return try await body()
}

/// Calls back for each SIGINT and SIGTERM, in the place of their own action.
private struct StopSignals {
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

/// Sees to it that a service, which stops by SIGINT or SIGTERM itself, ends: at a second signal at once, and some time after
/// the first whatever it waits for. What Redis does not answer cannot be broken off, and whoever sent the signal kills in
/// the end.
func withEndOfPatience<Value>(
    _ patience: Duration, _ body: () async throws -> Value
) async rethrows -> Value {
    let hasCome = Mutex(false)
    let signals = StopSignals { number, name in
        let isSecond = hasCome.withLock { came in
            defer { came = true }
            return came
        }
        if isSecond { exit(128 + number) }
        DispatchQueue.global().asyncAfter(deadline: .now() + patience / .seconds(1)) {
            ProgramLog.tell(
                .error, "stop took too long", ["signal": .string(name)],
                "what is under way did not end within \(patience / .seconds(1)) s of \(name) and is left; the next run "
                    + "completes it, once its lease is over")
            exit(ExitStatus.failed.rawValue)
        }
    }
    defer { signals.cancel() }
    return try await body()
}
