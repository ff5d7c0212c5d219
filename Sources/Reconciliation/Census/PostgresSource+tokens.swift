import HoldModel
import PostgresSource

extension PostgresSource {
    /// Returns the orders of tokens. Where several name one token, an open one counts.
    func orders(byTokenOf tokens: [HoldToken]) async throws -> [HoldToken: Order] {
        let orders = try await orders(of: tokens)
        let open = orders.filter { $0.status?.isOpen ?? true }
        return Dictionary((open + orders).map { ($0.token, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

extension OrderStatus {
    /// Whether the order's seats are held and not sold yet.
    var isOpen: Bool {
        self == .pendingPayment || self == .processing
    }
}
