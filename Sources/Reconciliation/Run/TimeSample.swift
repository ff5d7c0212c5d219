import HoldModel
import PostgresSource
import RedisStore

/// Some holds beside their orders, before anything is judged by what the orders say of time.
struct TimeSample {
    /// Enough to see what is true of nearly all.
    private static let size = 50

    let source: PostgresSource
    let store: HoldStore

    /// The index tells when a hold ends, so that no hash is read for this.
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
