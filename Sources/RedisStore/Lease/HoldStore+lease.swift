import HoldModel

/// The owner of the lease, as far as this Redis user may ask.
package enum LeaseHolder: Sendable, Hashable {
    case nobody
    /// The run's name; `shards:N` where N shards share the work.
    case run(String)
    /// This user has no right to read the lease.
    case unknown
}

extension HoldStore {
    package func leaseHolder() async throws -> LeaseHolder {
        var command = RedisCommand("GET")
        command.append(keys.commonLease)
        do {
            return try await connection.reply(to: command, "GET of the lease").text.map { .run($0) } ?? .nobody
        } catch let error as RedisError where error.code == "NOPERM" {
            return .unknown
        }
    }
}
