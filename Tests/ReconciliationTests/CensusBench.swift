import Foundation
import HoldModel
import PostgresSource
import RedisStore
import TestPlatform
import TestServers

@testable import Reconciliation

/// A platform on which one state after the other is made, and looked at by runs inside of the test's own process.
struct CensusBench {
    /// How a run finds out whose holds there are.
    enum Way: CaseIterable {
        case asked
        case awaited
    }

    private static let tables = ["events", "ticket_categories", "orders", "order_items", "tickets"]

    let platform: Platform
    private let source: PostgresSource
    private let redis: RedisConnection
    private let watched: RedisConnection
    private let store: HoldStore
    private let scripts: ScriptRunner

    /// Runs `body` on a platform with healthy events and every fault, from which all states begin.
    static func with(_ body: (CensusBench) async throws -> Void) async throws {
        try await withPlatform(redis: RedisServerOptions(restartable: true)) { platform, _ in
            let settings = PostgresSettings(connectionString: platform.connectionString, statementTimeout: 60)
            let address = try RedisSettings(url: platform.redis.url)
            try await PostgresSource.withSource(settings) { source in
                try await RedisConnection.withConnection(address) { redis in
                    try await RedisConnection.withConnection(address) { watched in
                        let bench = CensusBench(platform, source, redis, watched)
                        try await bench.prepare()
                        try await body(bench)
                    }
                }
            }
        }
    }

    private init(
        _ platform: Platform, _ source: PostgresSource, _ redis: RedisConnection, _ watched: RedisConnection
    ) {
        self.platform = platform
        self.source = source
        self.redis = redis
        self.watched = watched
        scripts = ScriptRunner(redis, knowsScriptFlags: true)
        store = HoldStore(redis, scripts, keys: KeySpace(prefix: platform.keyPrefix))
    }

    private func prepare() async throws {
        // Two orders may name one hold where nothing keeps them from it.
        try await platform.sql("DROP INDEX orders_hold_token_key; CREATE INDEX ON orders (hold_token)")
        let names = DamagedState.healthyEvents.map { "'\($0)'" }.joined(separator: ", ")
        try await platform.sql(
            """
            INSERT INTO events (id) SELECT unnest(ARRAY[\(names)]);
            INSERT INTO ticket_categories (id, event_id, quantity_total)
            SELECT e || '-' || c, e, 500 FROM unnest(ARRAY[\(names)]) AS e, unnest(ARRAY['a', 'b']) AS c;
            INSERT INTO orders (id, event_id, hold_token, status, expires_at)
            SELECT e || '-order-' || n, e, e || '-hold-' || n,
                   CASE n % 3 WHEN 0 THEN 'processing' ELSE 'pending_payment' END,
                   CASE n % 3 WHEN 1 THEN now() + interval '2 hours' END
            FROM unnest(ARRAY[\(names)]) AS e, generate_series(1, \(DamagedState.healthyHolds)) AS n;
            INSERT INTO order_items
            SELECT e || '-order-' || n, e || '-' || CASE n % 2 WHEN 0 THEN 'a' ELSE 'b' END, 1 + n % 2
            FROM unnest(ARRAY[\(names)]) AS e, generate_series(1, \(DamagedState.healthyHolds)) AS n;
            """)
        _ = try await run(.asked, traffic: .stopped, executes: true)
        for fault in Fault.repairable { _ = try await fault.inject(into: platform, event: fault.rawValue) }
        try await platform.sql(
            "CREATE SCHEMA base;" + Self.tables.map { "CREATE TABLE base.\($0) AS TABLE \($0);" }.joined())
        try await platform.redis.command("SAVE")
    }

    /// Brings both servers into a state.
    func make(_ state: DamagedState) async throws {
        let reset =
            "TRUNCATE \(Self.tables.joined(separator: ", "));"
            + Self.tables.map { "INSERT INTO \($0) SELECT * FROM base.\($0);" }.joined()
        try await platform.sql("BEGIN;\(reset)\(state.sql)COMMIT;")
        try await makeRedis(state)
    }

    /// Brings Redis back into a state that SQL is in.
    func makeRedis(_ state: DamagedState) async throws {
        try await platform.redis.command("DEBUG", "RELOAD", "NOSAVE")
        let script = """
            for _, event in ipairs(cjson.decode(ARGV[2])) do
              for _, family in ipairs({ 'holds:' .. event .. '-', 'inventory:' .. event }) do
                for _, key in ipairs(redis.call('KEYS', ARGV[1] .. family .. '*')) do redis.call('DEL', key) end
              end
              for _, token in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
                if string.sub(token, 1, #event + 1) == event .. '-' then redis.call('ZREM', KEYS[1], token) end
              end
            end
            for _, command in ipairs(cjson.decode(ARGV[3])) do redis.pcall(unpack(command)) end
            """
        let dropped = try JSONEncoder().encode(state.without.map(\.rawValue))
        let commands = try JSONEncoder().encode(state.commands)
        try await platform.redis.eval(
            script, keys: [platform.indexKey],
            arguments: [platform.keyPrefix, String(decoding: dropped, as: UTF8.self)],
            longArgument: String(decoding: commands, as: UTF8.self))
    }

    /// One run over everything.
    func run(
        _ way: Way, traffic: RunSettings.Traffic, deep: Bool = true, executes: Bool = false
    ) async throws -> RunTally {
        var settings = RunSettings(policy: Policy(), traffic: traffic, deep: deep || executes)
        settings.asksForEvents = way == .asked
        settings.maxFindings = .max
        (settings.releaseAfter, settings.pause, settings.attempts) = (.zero, .milliseconds(1), 3)
        let watch = try await ServerWatch(watched, settings: settings, progress: { _ in })
        let given = settings
        func run(_ repairs: HoldRepairs?) async throws -> RunTally {
            try await Reconciler(
                source, store, repairs: repairs, watch: watch, settings: given, progress: { _ in }
            ).run()
        }
        guard executes else { return try await run(nil) }
        return try await Lease.withLease(
            redis, scripts, keys: store.keys, name: "test", life: .seconds(60)
        ) { lease in
            try await run(
                HoldRepairs(
                    redis, scripts, keys: store.keys, lease: lease, budget: ScriptBudget(.milliseconds(2)),
                    form: .payload))
        }
    }
}
