import HoldModel

extension EventPageAssembly {
    /// Reads, in the snapshot that is open, what the rows so far do not tell: the orders of tokens that Redis knows and
    /// no open order has, and the tickets of orders without items.
    mutating func addWhatIsMissing(_ handle: ConnectionHandle, tokens: [[HoldToken]]) throws {
        let unknown = askers(tokens)
        if !unknown.isEmpty {
            let found = try handle.run(.ordersByToken, [.textArray(unknown.keys.map(\.bytes))])
            try addOrders(found, rows: 0..<found.rowCount, shownTo: unknown)
        }
        let bare = ordersWithoutItems
        if !bare.isEmpty {
            try addTickets(handle.run(.orderTickets, [.textArray(bare.map(\.bytes))]))
        }
    }

    /// The tokens still to be asked for, with the position of the event that asks.
    private func askers(_ tokens: [[HoldToken]]) -> [HoldToken: Int] {
        guard tokens.contains(where: { !$0.isEmpty }) else { return [:] }
        let known = knownTokens
        var askers: [HoldToken: Int] = [:]
        for (event, tokens) in tokens.enumerated() {
            for token in tokens where !known.contains(token) && Parameter.isText(token.bytes) {
                askers[token] = event
            }
        }
        return askers
    }
}
