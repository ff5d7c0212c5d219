import HoldModel
import Output
import PostgresSource
import RedisStore
import Reporting
import Worker

/// Asks both servers whether a run could work. It uses its own connections and is quick, since a health check waits for
/// it.
struct ServerProbe: Sendable {
    /// How many seconds each step may take.
    private static let patience = 3

    private let addresses: ServerAddresses
    private let postgres: PostgresSettings
    private let redis: RedisSettings
    private let keys: KeySpace

    init(_ addresses: ServerAddresses) {
        var postgres = addresses.postgres
        postgres.connectTimeout = Self.patience
        postgres.statementTimeout = Self.patience
        var redis = addresses.redis
        redis.connectTimeout = Int64(Self.patience)
        redis.commandTimeout = Int64(Self.patience)
        self.addresses = addresses
        self.postgres = postgres
        self.redis = redis
        keys = KeySpace(prefix: addresses.keyPrefix)
    }

    func ask() async -> Probe {
        var problems: [String] = []
        do {
            problems = try await PostgresSource.withSource(postgres) { try await $0.schemaProblems() }
        } catch {
            problems.append(told(error))
        }
        var lease = WorkerFacts.LeaseState.unknown
        do {
            lease = try await leaseState()
        } catch {
            problems.append(told(error))
        }
        return Probe(problem: problems.isEmpty ? nil : problems.joined(separator: "; "), lease: lease)
    }

    private func leaseState() async throws -> WorkerFacts.LeaseState {
        try await RedisConnection.withConnection(redis) { connection in
            let scripts = ScriptRunner(connection, knowsScriptFlags: false)
            switch try await HoldStore(connection, scripts, keys: keys).leaseHolder() {
            case .nobody: return .free
            case .run(let name): return name.hasPrefix(WritingSide.ownLeaseNames) ? .own : .other
            case .unknown: return .unknown
            }
        }
    }
}
