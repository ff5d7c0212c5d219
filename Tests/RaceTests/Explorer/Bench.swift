import ChangeFiles
import Foundation
import HoldModel
import LuaScripts
import Reconciliation
import RedisStore
import TestOutcomes
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
    let walk: CensusWalk
    /// The writing side of a run that is killed before its script comes to Redis, with this journal.
    private let dying: @Sendable (JournalWriter) -> HoldRepairs
    private let digests: [String: String]

    /// - Parameters:
    ///   - sources: scripts that replace the program's own.
    ///   - form: how whole hashes are written.
    static func with<Value: Sendable>(
        sources: [LuaScript: [UInt8]] = [:], form: HashForm = .payload, _ body: (Bench) async throws -> Value
    ) async throws -> Value {
        try await RedisServer.withServer { server in
            try await RedisConnection.withConnection(try RedisSettings(url: server.url)) { connection in
                let keys = KeySpace(prefix: prefix)
                let scripts = ScriptRunner(connection, knowsScriptFlags: true, sources: sources)
                let lease = Lease(connection, scripts, keys: keys, name: owner, life: .seconds(86_400))
                // Every image holds the lease's key from now on.
                _ = try await lease.owner()
                let store = HoldStore(connection, scripts, keys: keys)
                let nothing = ScriptRunner(
                    connection, knowsScriptFlags: true, sources: [.apply: Array("return 'killed'".utf8)])
                let dying = { @Sendable (journal: JournalWriter) in
                    HoldRepairs(
                        connection, nothing, keys: keys, lease: lease, budget: ScriptBudget(keys: 1000), form: form,
                        journal: journal)
                }
                return try await body(
                    Bench(
                        connection: connection, store: store,
                        repairs: HoldRepairs(
                            connection, scripts, keys: keys, lease: lease, budget: ScriptBudget(keys: 1000),
                            form: form),
                        walk: CensusWalk(store), dying: dying, digests: try await load(on: connection)))
            }
        }
    }

    /// - Returns: the platform's scripts and those of the image, by name.
    private static func load(on connection: RedisConnection) async throws -> [String: String] {
        let own = ["image": PackageResources.image_lua, "enter": PackageResources.enter_lua]
        var digests: [String: String] = [:]
        for (name, source) in PlatformScript.allCases.map({ ($0.rawValue, Array($0.text.utf8)) }) + own {
            var command = RedisCommand("SCRIPT", "LOAD")
            command.append(source)
            digests[name] = try await connection.reply(to: command, "SCRIPT LOAD").text
        }
        return digests
    }

    /// Records the change that comes next, as the program does before its script is sent.
    ///
    /// - Returns: what became of it where nothing was recorded, and what the journal has then.
    func record(_ plan: EventPlan) async throws -> (became: ApplyOutcome?, entries: [JournalEntry]) {
        let path = FileManager.default.temporaryDirectory.appending(path: "race-\(UUID().uuidString)").path
        let origin = Origin(
            program: "", command: "", madeAt: Timestamp(milliseconds: 0), options: [:], keyPrefix: [],
            redis: RedisOrigin(runID: nil, replicationID: nil),
            postgres: PostgresOrigin(database: "", oid: 0, system: nil))
        let writer = JournalWriter(at: .file(path), origin)
        do {
            let became = try await dying(writer).apply([plan]).first
            return (became, [])
        } catch let error as RedisError {
            // The script is none of this program's.
            guard writer.path != nil else { throw error }
            defer { try? FileManager.default.removeItem(atPath: path) }
            return (nil, try Journal(at: path).entries(of: .event(plan.event)).map(\.inWholeSeconds))
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
        command(script.rawValue, keys, arguments)
    }

    private func command(_ script: String, _ keys: [String], _ arguments: [String]) -> RedisCommand {
        var command = RedisCommand("EVALSHA", digests[script] ?? "", String(keys.count))
        for word in keys + arguments { command.append(word) }
        return command
    }

    /// Every key of the event.
    private func keys(of model: RaceModel) -> [String] {
        [Self.prefix + "hold-reconciler:lease", index] + model.holds.map(hold) + model.categories.map(inventory)
    }

    /// The command that reads an image.
    func reading(_ model: RaceModel) -> RedisCommand {
        command("image", keys(of: model), [String(model.holds.count), String((Self.prefix + "holds:").utf8.count)])
    }

    /// The start of the command that makes Redis an image again; the image's bytes follow.
    func entering(_ model: RaceModel) -> RedisCommand {
        command("enter", keys(of: model), [])
    }
}
