import HoldModel
import PostgresSource
import RedisStore

/// Compares the expiry of some holds with that of their orders, before anything is judged by the times of orders.
struct TimeSample {
    /// How many holds are compared: enough to see what is true of nearly all.
    private static let size = 50

    let source: PostgresSource
    let store: HoldStore

    /// Returns the shift, if there is one. The index says when a hold ends, so no hash is read for this.
    func shift() async throws -> TimeShift? {
        guard try await store.indexType() == "zset" else { return nil }
        var holds: [HoldToken: Int64] = [:]
        try await store.scanIndex(from: .start).withEachMember { token, score in
            guard holds.count < Self.size, let end = decimalInteger(score) else { return }
            holds[HoldToken((0..<token.count).map { token[$0] })] = end
        }
        guard holds.count >= TimeShift.fewest else { return nil }
        return TimeShift(
            try await source.orders(of: holds.keys.sorted()).compactMap { order in
                guard order.status?.isOpen ?? false, let end = order.expiresAt, let hold = holds[order.token] else {
                    return nil
                }
                return (end.secondsRoundedUp, hold)
            })
    }
}
