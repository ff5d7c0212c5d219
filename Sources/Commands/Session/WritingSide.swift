import ChangeFiles
import Foundation
import HoldModel
import RedisStore

/// The part of Redis' client that only a run that may write is given.
enum WritingSide {
    /// Runs `body` with the repairs of a connection, under a lease of its own.
    static func with<Value: Sendable>(
        _ redis: RedisConnection, _ facts: RedisFacts, _ scripts: ScriptRunner, keys: KeySpace, leaseSeconds: Int,
        scriptBudget: Duration, journal: JournalWriter? = nil, _ body: (HoldRepairs) async throws -> Value
    ) async throws -> Value {
        let life = Duration.seconds(leaseSeconds)
        return try await Lease.withLease(redis, scripts, keys: keys, name: leaseName(), life: life) { lease in
            try await TransactionLanes.with(redis.settings) { lanes in
                try await body(
                    HoldRepairs(
                        redis, scripts, keys: keys, lease: lease, budget: ScriptBudget(scriptBudget),
                        // A transaction asks for Redis' time twice, to know how much it took.
                        form: facts.knowsScriptFlags ? .payload : .fields, lanes: facts.time == nil ? nil : lanes,
                        journal: journal))
            }
        }
    }

    /// Runs `body` with the repairs of a new connection to Redis, whatever became of SQL and of earlier connections.
    static func with<Value: Sendable>(
        _ addresses: ServerAddresses, _ body: (HoldStore, HoldRepairs) async throws -> Value
    ) async throws -> Value {
        let keys = KeySpace(prefix: addresses.keyPrefix)
        return try await RedisConnection.withConnection(addresses.redis) { redis in
            let facts = try await redis.facts()
            let scripts = ScriptRunner(redis, knowsScriptFlags: facts.knowsScriptFlags)
            return try await with(
                redis, facts, scripts, keys: keys, leaseSeconds: addresses.leaseSeconds,
                scriptBudget: .milliseconds(2)
            ) { repairs in
                try await body(HoldStore(redis, scripts, keys: keys), repairs)
            }
        }
    }

    /// The beginning of this process' names for lease owners, which messages of other runs show: host and process. A
    /// number that no other run has follows it.
    static let ownLeaseNames = "\(currentHost()) process \(ProcessInfo.processInfo.processIdentifier) #"

    private static func leaseName() -> String {
        "\(ownLeaseNames)\(UInt64.random(in: 0...UInt64.max))"
    }
}
