/// Finds the order of a token. Where tokens are asked for in the orders' own sequence, as a look does for nearly all of
/// them, nothing needs to be hashed.
struct OrderLookup {
    private let orders: [Order]
    private var next = 0
    private var byToken: [HoldToken: Order]?

    init(_ orders: [Order]) {
        self.orders = orders
    }

    /// - Returns: of several orders with one token the first.
    mutating func order(of token: HoldToken) -> Order? {
        if let byToken { return byToken[token] }
        if next < orders.count, orders[next].token == token {
            defer { next += 1 }
            return orders[next]
        }
        // Those that were asked for before this one may be asked for again.
        let all = Dictionary(orders.map { ($0.token, $0) }, uniquingKeysWith: { first, _ in first })
        byToken = all
        return all[token]
    }
}
