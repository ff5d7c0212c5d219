extension PostgresServer {
    /// Runs `body` with a second server that follows this one and answers read-only queries, and ends it afterwards.
    package func withHotStandby<T: Sendable>(
        _ options: PostgresServerOptions = PostgresServerOptions(), _ body: (PostgresServer) async throws -> T
    ) async throws -> T {
        try await withTemporaryFolder("standby") { folder in
            try tools.give(folder)
            try await tools.baseBackup.run([
                "--pgdata", "\(folder)/data", "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast",
                "--no-sync", "--dbname", connectionString(),
            ])
            return try await PostgresServer.start(options, in: folder, tools: tools, body)
        }
    }

    /// Waits until this standby shows everything that `primary` has committed by now.
    package func waitForReplay(of primary: PostgresServer) async throws {
        // Without a commit that waits for its WAL, the end of the WAL leaves the primary some seconds later.
        let position = try await primary.psql(
            sql: """
                SET synchronous_commit = local;
                DO $$ BEGIN PERFORM pg_logical_emit_message(true, 'end of WAL', ''); END $$;
                SELECT pg_current_wal_flush_lsn();
                """)
        let deadline = ContinuousClock.now + ServerProcess.patience
        while try await psql(sql: "SELECT pg_last_wal_replay_lsn() >= '\(position)'") != "t" {
            guard ContinuousClock.now < deadline else {
                throw TestServerError.notReady(
                    server: "standby", after: ServerProcess.patience, log: "it has not replayed \(position)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
