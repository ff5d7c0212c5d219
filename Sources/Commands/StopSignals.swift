import Dispatch
import Foundation
import Logging
import Reconciliation

/// Runs `body`; SIGINT and SIGTERM ask it to stop at the next whole step, a second one ends the process at once.
func withStopSignals<Value>(_ stop: StopRequest, _ body: () async throws -> Value) async rethrows -> Value {
    let sources = [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")].map { number, name in
        // Without this the signal's own action would come first.
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler {
            if stop.cause != nil { exit(128 + number) }
            stop.stop(because: "\(name) came")
            ProgramLog.tell(
                .notice, "signal received", ["signal": .string(name)],
                "\(name) came: the run ends with this step; once more ends it at once")
        }
        source.resume()
        return (number, source)
    }
    defer {
        for (number, source) in sources {
            source.cancel()
            signal(number, SIG_DFL)
        }
    }
    return try await body()
}
