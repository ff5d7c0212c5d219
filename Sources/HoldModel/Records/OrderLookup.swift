/// Finds the order of a token. Where tokens are asked for in the sequence of the orders, as nearly always, nothing
/// needs to be hashed.
struct OrderLookup {
    private let orders: [Order]
    private var next = 0
    private var byToken: [HoldToken: Order]?

    init(_ orders: [Order]) {
        self.orders = orders
    }

    /// - Returns: the first, where several orders have the token.
    mutating func order(of token: HoldToken) -> Order? {
        if let byToken { return byToken[token] }
        if next < orders.count, orders[next].token == token {
            defer { next += 1 }
            return orders[next]
        }
        // All orders, since those before this one may be asked for again.
        let all = Dictionary(orders.map { ($0.token, $0) }, uniquingKeysWith: { first, _ in first })
        byToken = all
        return all[token]
    }
}
