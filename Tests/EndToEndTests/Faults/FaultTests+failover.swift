import TestPlatform
import TestServers
import Testing

/// A replica takes over in the midst of a run.
extension FaultTests {
    @Test func theAddressStaysWithTheOldPrimary() async throws {
        try await withPlatform(redis: .primary) { platform, program in
            try await RedisServer.withServer(.replica(of: platform.redis)) { replica in
                let (run, aftermath) = try await inTheMidst(of: platform, program) { _, _ in
                    try await replica.takeOver(from: platform.redis)
                }
                #expect(run.status & 1 == 1)
                run.expectClear("READONLY", "give the address of its primary")
                try await aftermath.expectCompletion(onPromoted: replica)
            }
        }
    }

    @Test(arguments: [[], ["--event", TornEvent.name]])
    func theAddressGoesToThePromotedReplica(_ options: [String]) async throws {
        try await withPlatform(redis: .primary) { platform, program in
            try await RedisServer.withServer(.replica(of: platform.redis)) { replica in
                let (run, aftermath) = try await inTheMidst(of: platform, program, options) { _, proxy in
                    try await replica.takeOver(from: platform.redis)
                    proxy.repoint(to: replica)
                }
                #expect(run.status & 1 == 1)
                run.expectClear("another server answers now")
                try await aftermath.expectCompletion(onPromoted: replica)
            }
        }
    }

    /// Replication is asynchronous: what was written last is missing on the replica, the counts of holds among it.
    @Test func thePromotedReplicaLacksTheLastWrites() async throws {
        try await withPlatform(redis: .primary) { platform, program in
            try await RedisServer.withServer(.replica(of: platform.redis)) { replica in
                let (run, aftermath) = try await inTheMidst(
                    of: platform, program,
                    before: { call in
                        guard call.isWriting, try await replica.command("ROLE").hasPrefix("slave") else { return }
                        try await replica.takeOver(from: platform.redis)
                        try await platform.redis.command("REPLICAOF", "NO", "ONE")
                    }
                ) { _, proxy in proxy.repoint(to: replica) }
                #expect(run.status & 1 == 1)
                run.expectClear("another server answers now")
                try await aftermath.expectCompletion(onPromoted: replica)
            }
        }
    }
}

extension RedisServerOptions {
    // A proxy that leads to another server cannot log in there.
    fileprivate static let primary = RedisServerOptions(tcp: true)

    fileprivate static func replica(of primary: RedisServer) -> RedisServerOptions {
        RedisServerOptions(tcp: true, replicaOf: primary)
    }
}

extension RedisServer {
    /// Becomes the primary with all that the old one has, which follows it from then on.
    fileprivate func takeOver(from old: RedisServer) async throws {
        // A wait belongs to the writes of its own connection, so the writes of all are waited for by a write of this one.
        try await old.eval("redis.call('SET', 'written', '1') redis.call('DEL', 'written')")
        try await waitForCopy(of: old)
        try await command("REPLICAOF", "NO", "ONE")
        try await old.command("REPLICAOF", "127.0.0.1", String(port))
    }

    private func waitForCopy(of old: RedisServer) async throws {
        func offset(_ server: RedisServer, _ field: String) async throws -> Substring? {
            try await server.command("INFO", "replication").split(whereSeparator: \.isNewline)
                .first { $0.hasPrefix(field + ":") }?.drop { $0 != ":" }
        }
        while try await offset(self, "slave_repl_offset") != offset(old, "master_repl_offset") {
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

extension Aftermath {
    /// The same on another server than before.
    fileprivate func expectCompletion(onPromoted replica: RedisServer) async throws {
        let promoted = Platform(
            postgres: platform.postgres, database: platform.database, redis: replica, keyPrefix: platform.keyPrefix)
        let aftermath = Aftermath(platform: promoted, program: try Program(on: promoted), before: before)
        try await aftermath.expectNoWorse()
        try await aftermath.expectCompletion()
    }
}
