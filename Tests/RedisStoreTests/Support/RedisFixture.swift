import HoldModel
import RedisStore
import TestPlatform
import TestServers

/// A Redis of one test's own, and the program's connection to it.
struct RedisFixture: Sendable {
    let server: RedisServer
    let connection: RedisConnection
    let scripts: ScriptRunner
    let store: HoldStore
    let repairs: HoldRepairs
    let lease: Lease
    let keys: KeySpace

    init(
        _ server: RedisServer, _ connection: RedisConnection, prefix: String = "eventix:test:",
        form: HashForm = .payload, lanes: TransactionLanes? = nil
    ) {
        self.server = server
        self.connection = connection
        keys = KeySpace(prefix: prefix)
        scripts = ScriptRunner(connection, knowsScriptFlags: true)
        store = HoldStore(connection, scripts, keys: keys, budget: ScriptBudget(keys: 150))
        lease = Lease(connection, scripts, keys: keys, name: "test", life: .seconds(3600))
        repairs = HoldRepairs(
            connection, scripts, keys: keys, lease: lease, budget: ScriptBudget(keys: 200),
            form: form, lanes: lanes)
    }

    /// - Parameters:
    ///   - prefix: of every key.
    ///   - form: how whole hashes are written.
    ///   - body: what is done with the server.
    static func with<Value: Sendable>(
        _ options: RedisServerOptions = RedisServerOptions(), prefix: String = "eventix:test:",
        form: HashForm = .payload, _ body: (RedisFixture) async throws -> Value
    ) async throws -> Value {
        try await RedisServer.withServer(options) { server in
            try await RedisConnection.withConnection(try settings(server)) { connection in
                let fixture = RedisFixture(server, connection, prefix: prefix, form: form)
                // Taken before the test looks, so that the test sees its own writes only.
                _ = try await fixture.lease.owner()
                return try await body(fixture)
            }
        }
    }

    static func settings(_ server: RedisServer) throws -> RedisSettings {
        var settings = try RedisSettings(url: server.url)
        settings.password = server.password
        settings.tls?.caFile = server.caFile
        return settings
    }

    @discardableResult
    func send(_ words: String...) async throws -> RedisReply {
        try await send(words.map { Array($0.utf8) })
    }

    /// Sends one command of any bytes.
    @discardableResult
    func send(_ words: [[UInt8]]) async throws -> RedisReply {
        var command = RedisCommand()
        for word in words { command.append(word) }
        return try await connection.reply(to: command, "a test's command")
    }

    /// The fields of a hash in the order of their names.
    func hash(_ key: [UInt8]) async throws -> [String: String] {
        let words = try await send([Array("HGETALL".utf8), key]).array ?? []
        var fields: [String: String] = [:]
        for at in stride(from: 0, to: words.count, by: 2) { fields[words[at].text ?? ""] = words[at + 1].text }
        return fields
    }

    /// Seconds since 1970 at which a key ends; -1 where it does not, -2 where there is none.
    func expiry(_ key: [UInt8]) async throws -> Int64? {
        try await send([Array("EXPIRETIME".utf8), key]).integer
    }

    /// Everything that the server holds: equal before and after means that nothing was written.
    func dump() async throws -> String? {
        try await send("EVAL", PlatformScript.dump.text, "0").text
    }

    /// The index's members with their scores.
    func index() async throws -> [HoldToken: String] {
        let words = try await send(
            [Array("ZRANGE".utf8), keys.index] + ["0", "-1", "WITHSCORES"].map { Array($0.utf8) })
        let pairs = words.array ?? []
        return Dictionary(
            uniqueKeysWithValues: stride(from: 0, to: pairs.count, by: 2).map { at in
                (HoldToken(pairs[at].bytes ?? []), pairs[at + 1].text ?? "")
            })
    }
}
