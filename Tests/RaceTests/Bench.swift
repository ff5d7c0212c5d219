import HoldModel
import LuaScripts
import RedisStore
import TestPlatform
import TestServers

/// A Redis of a search's own, with the program's and the platform's ways to it.
struct Bench: Sendable {
    static let prefix = "race:"
    static let eventName = "e"
    static let event = EventID(eventName)
    static let owner = "this run"

    let connection: RedisConnection
    let store: HoldStore
    let repairs: HoldRepairs
    private let digests: [PlatformScript: String]

    /// - Parameter sources: scripts that replace the program's own.
    static func with<Value: Sendable>(
        sources: [LuaScript: [UInt8]] = [:], _ body: (Bench) async throws -> Value
    ) async throws -> Value {
        try await RedisServer.withServer { server in
            try await RedisConnection.withConnection(try RedisSettings(url: server.url)) { connection in
                let keys = KeySpace(prefix: prefix)
                let scripts = ScriptRunner(connection, knowsScriptFlags: true, sources: sources)
                let lease = Lease(connection, scripts, keys: keys, name: owner, life: .seconds(86_400))
                // Every image holds the lease's key from now on.
                _ = try await lease.owner()
                var digests: [PlatformScript: String] = [:]
                for script in PlatformScript.allCases {
                    digests[script] = try await connection.reply(
                        to: RedisCommand("SCRIPT", "LOAD", script.text), "SCRIPT LOAD"
                    ).text
                }
                return try await body(
                    Bench(
                        connection: connection, store: HoldStore(connection, scripts, keys: keys),
                        repairs: HoldRepairs(
                            connection, scripts, keys: keys, lease: lease, budget: ScriptBudget(keys: 1000)),
                        digests: digests))
            }
        }
    }

    var index: String { Self.prefix + "holds:expiration-index" }

    func hold(_ hold: RaceHold) -> String {
        Self.prefix + "holds:" + hold.token
    }

    func inventory(_ category: String) -> String {
        "\(Self.prefix)inventory:\(Self.eventName):\(category)"
    }

    func inventories(_ hold: RaceHold) -> [String] {
        hold.seats.map { inventory($0.category) }
    }

    func command(_ script: PlatformScript, _ keys: [String], _ arguments: [String]) -> RedisCommand {
        var command = RedisCommand("EVALSHA", digests[script] ?? "", String(keys.count))
        for word in keys + arguments { command.append(word) }
        return command
    }

    /// Every key of the event, in the order of an image's parts.
    func keys(of model: RaceModel) -> [[UInt8]] {
        ([Self.prefix + "hold-reconciler:lease", index] + model.holds.map(hold) + model.categories.map(inventory))
            .map { Array($0.utf8) }
    }

    /// The commands that read an image.
    func reading(_ keys: [[UInt8]]) -> [RedisCommand] {
        keys.enumerated().map { position, key in
            var command = RedisCommand(position == 0 ? "GET" : position == 1 ? "ZRANGE" : "HGETALL")
            command.append(key)
            if position == 1 {
                for word in ["0", "-1", "WITHSCORES"] { command.append(word) }
            }
            return command
        }
    }
}
