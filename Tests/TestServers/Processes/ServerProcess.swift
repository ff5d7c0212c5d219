import Foundation
import Subprocess

#if canImport(Glibc)
    import Glibc
#endif

/// A server's process from its start to its end.
struct ServerProcess {
    /// For errors: `redis-server` or `postgres`.
    let name: String
    /// The program with its arguments.
    let words: [String]
    /// Where its standard output and error go.
    let logFile: String
    /// Ends the server without waiting for its clients.
    let stop: StopSignal

    static let patience = Duration.seconds(120)

    /// Starts the server, waits until `isReady`, runs `body` with the process id, and ends the server: also when
    /// `body` throws and when the task is cancelled.
    ///
    /// - Throws: ``TestServerError/endedAtStart(server:log:)``, ``TestServerError/notReady(server:after:log:)``, or
    ///   what `body` throws.
    func run<T: Sendable>(
        isReady: (_ pid: pid_t) async throws -> Bool, _ body: (_ pid: pid_t) async throws -> T
    ) async throws -> T {
        let steps = [TeardownStep.send(signal: stop.signal, allowedDurationToNextStep: .seconds(60))]
        var platform = PlatformOptions()
        platform.teardownSequence = steps
        return try await Subprocess.run(
            Tool.shell,
            arguments: Arguments(["-c", #"exec "$@" >"$0" 2>&1"#, logFile] + words),
            platformOptions: platform,
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            let pid = execution.processIdentifier.value
            try await waitUntilReady(pid, isReady)
            let value = try await body(pid)
            await execution.teardown(using: steps)
            return value
        }.closureResult
    }

    private func waitUntilReady(_ pid: pid_t, _ isReady: (_ pid: pid_t) async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + ServerProcess.patience
        while try await !isReady(pid) {
            guard !hasEnded(pid) else { throw TestServerError.endedAtStart(server: name, log: try log()) }
            guard ContinuousClock.now < deadline else {
                throw TestServerError.notReady(server: name, after: ServerProcess.patience, log: try log())
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Whether a child waits to be reaped; leaves the reaping to its owner.
    private func hasEnded(_ pid: pid_t) -> Bool {
        var information = unsafe siginfo_t()
        let answer = unsafe waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT)
        return unsafe answer == 0 && information.si_signo == SIGCHLD
    }

    /// The end of the log: what a server says when it gives up.
    private func log() throws -> String {
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: logFile)), as: UTF8.self)
        return text.split(separator: "\n").suffix(12).joined(separator: "\n")
    }
}
