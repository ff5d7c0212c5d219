import HoldModel
import PostgresSource
import RedisStore

/// Refuses a purge while somebody is at checkout: SQL has open orders, or Redis has claimed or committed holds.
struct PurgeGuard: Sendable {
    /// How many names of each kind a refusal lists, since people read it.
    private static let named = 10

    let source: PostgresSource
    let store: HoldStore
    let settings: RunSettings

    /// - Throws: ``RunRefusal/holdsInUse(orders:holds:)`` with what was found.
    func check(_ census: Census) async throws {
        let orders = try await ordersAtCheckout()
        let holds = try await holdsAtCheckout(census)
        guard orders.isEmpty && holds.isEmpty else {
            throw RunRefusal.holdsInUse(
                orders: Self.shortened(orders.map { "\($0.id) (\($0.status?.rawValue ?? "unknown status"))" }),
                holds: Self.shortened(holds))
        }
    }

    /// Returns the orders with a buyer at checkout: not those that are over, or that nobody will sell.
    private func ordersAtCheckout() async throws -> [Order] {
        let now = try await store.time()
        var found: [Order] = []
        var last: OrderID?
        repeat {
            let orders = try await source.openOrders(of: settings.events, after: last, limit: 1000)
            found += orders.filter { $0.isAtCheckout(now: now, policy: settings.policy) }
            last = orders.count < 1000 ? nil : orders.last?.id
        } while last != nil && found.count <= Self.named
        return Array(found.prefix(Self.named + 1))
    }

    private func holdsAtCheckout(_ census: Census) async throws -> [String] {
        var found: [String] = []
        let chosen = settings.events.map(Set.init)
        var batch: [HoldToken] = []
        for (event, tokens) in census.placed where chosen?.contains(event) ?? true {
            batch += tokens
            if batch.count >= 1000 {
                found += try await atCheckout(batch)
                batch = []
            }
            if found.count > Self.named { return found }
        }
        return found + (try await atCheckout(batch))
    }

    private func atCheckout(_ tokens: [HoldToken]) async throws -> [String] {
        let request = SurveyRequest(event: EventID(""), categories: [], tokens: tokens)
        return try await store.survey([request]).flatMap(\.holds).compactMap { hold in
            guard case .whole(let whole) = hold.state, whole.status.isActive, whole.status != .held else { return nil }
            return "\(hold.token) (\(whole.status.rawValue))"
        }
    }

    private static func shortened(_ names: [String]) -> [String] {
        names.count > named ? names.prefix(named) + ["and more"] : names
    }
}
