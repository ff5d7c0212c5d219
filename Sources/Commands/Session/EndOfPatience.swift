import Dispatch
import Foundation
import Logging
import Reporting
import Synchronization

/// Makes sure that a service that has been told to stop, by SIGINT or SIGTERM, really ends: at once at a second signal,
/// and some time after the first whatever it waits for. A question to Redis cannot be broken off, and whoever sent the
/// signal would kill the process in the end.
func withEndOfPatience<Value>(
    _ patience: Duration, _ body: () async throws -> Value
) async rethrows -> Value {
    let hasCome = Mutex(false)
    let signals = StopSignals(StopSignals.ofService) { number, name in
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
