import HoldModel
import PostgresSource
import RedisStore

/// Some holds beside their orders, before anything is judged by what the orders say of time.
struct TimeSample {
    /// Enough to see what is true of nearly all.
    private static let size = 50

    let source: PostgresSource
    let store: HoldStore

    func shift() async throws -> TimeShift? {
        guard try await store.indexType() == "zset" else { return nil }
        let tokens = Array(try await store.scanIndex(from: .start).tokens.prefix(Self.size))
        guard tokens.count >= TimeShift.fewest else { return nil }
        var ends: [HoldToken: Int64] = [:]
        for order in try await source.orders(of: tokens) where order.status?.isOpen ?? false {
            ends[order.token] = order.expiresAt?.secondsRoundedUp
        }
        guard ends.count >= TimeShift.fewest else { return nil }
        let request = SurveyRequest(event: EventID(""), categories: [], tokens: ends.keys.sorted())
        return TimeShift(
            try await store.survey([request]).flatMap(\.holds).compactMap { hold in
                guard case .whole(let whole) = hold.state, whole.status.isActive, let end = ends[hold.token] else {
                    return nil
                }
                return (end, whole.expiresAtEpoch)
            })
    }
}
