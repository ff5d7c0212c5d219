package import HoldModel

/// What is asked of Redis for one event.
package struct SurveyRequest: Sendable {
    package let event: EventID
    package let categories: [CategoryID]
    /// Every token that SQL or the census knows for the event, each once.
    package let tokens: [HoldToken]

    package init(event: EventID, categories: [CategoryID], tokens: [HoldToken]) {
        self.event = event
        self.categories = categories
        self.tokens = tokens
    }

    /// What must be asked of Redis beside what SQL has said.
    ///
    /// - Parameter tokens: what the census knows. Each token is asked for once, also where several orders name it: a hold's
    ///   seats count once.
    package init(beside snapshot: EventSnapshot, tokens: [HoldToken]) {
        var seen = Set<HoldToken>(minimumCapacity: snapshot.orders.count + tokens.count)
        var all: [HoldToken] = []
        all.reserveCapacity(snapshot.orders.count + tokens.count)
        for order in snapshot.orders where !order.token.bytes.isEmpty && seen.insert(order.token).inserted {
            all.append(order.token)
        }
        for token in tokens where seen.insert(token).inserted { all.append(token) }
        self.init(event: snapshot.event, categories: snapshot.categories.map(\.id), tokens: all)
    }

    /// Keys that the answer is read from, without the index.
    package var keyCount: Int { categories.count + tokens.count }
}
