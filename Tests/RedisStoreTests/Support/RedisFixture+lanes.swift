import HoldModel
import RedisStore
import TestServers

extension RedisFixture {
    /// The same with lanes for transactions.
    static func withLanes<Value: Sendable>(
        _ options: RedisServerOptions = RedisServerOptions(), user: String? = nil,
        _ body: (RedisFixture) async throws -> Value
    ) async throws -> Value {
        try await RedisServer.withServer(options) { server in
            var settings = try settings(server)
            if let user { (settings.username, settings.password) = (user, "any") }
            return try await RedisConnection.withConnection(settings) { connection in
                try await TransactionLanes.with(settings) { lanes in
                    let fixture = RedisFixture(server, connection, lanes: lanes)
                    _ = try await fixture.lease.owner()
                    return try await body(fixture)
                }
            }
        }
    }

    /// The lease ends at an instant of its own.
    func dumpWithoutLease() async throws -> String? {
        try await send([Array("DEL".utf8), keys.lease])
        return try await dump()
    }
}
