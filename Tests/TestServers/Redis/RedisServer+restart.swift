extension RedisServer {
    /// Restarts the server in place: same socket, same port, same process id, no data, another `run_id`.
    ///
    /// Needs ``RedisServerOptions/restartable``.
    package func restart() async throws {
        guard let before = try await runID() else { throw TestServerError.options("the server does not answer") }
        let outcome = try await outcome(of: ["DEBUG", "RESTART"])
        guard !outcome.message.contains("not allowed") else {
            throw TestServerError.options("restart() needs a server with the option `restartable`")
        }
        let deadline = ContinuousClock.now + ServerProcess.patience
        while try await [nil, before].contains(runID()) {
            guard ContinuousClock.now < deadline else {
                throw TestServerError.notReady(server: "redis-server", after: ServerProcess.patience, log: "restarted")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Which run of the server answers; `nil` while none does.
    private func runID() async throws -> String? {
        try await outcome(of: ["INFO", "server"]).output
            .split(whereSeparator: \.isNewline).first { $0.hasPrefix("run_id:") }.map(String.init)
    }
}
