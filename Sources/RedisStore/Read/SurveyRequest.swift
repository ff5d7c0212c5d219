package import HoldModel

/// The keys of one event to read from Redis.
package struct SurveyRequest: Sendable, Hashable {
    package let event: EventID
    package let categories: [CategoryID]
    /// Every token that SQL or the census knows for the event, each once.
    package let tokens: [HoldToken]

    package init(event: EventID, categories: [CategoryID], tokens: [HoldToken]) {
        self.event = event
        self.categories = categories
        self.tokens = tokens
    }

    /// Makes the request for an event of SQL.
    ///
    /// - Parameter tokens: the tokens that the census has. Each token is read once, even where several orders name it, since a
    ///   hold's seats count once.
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

    /// Splits the request for scripts that may touch no more than some keys. Holds come before counts: if the counts
    /// are the same as before, nothing happened while the holds were read (design section 4).
    package func slices(atMost keys: Int) -> [SurveyRequest] {
        if keyCount <= keys { return keyCount == 0 ? [] : [self] }
        return stride(from: 0, to: keyCount, by: keys).map { start in
            let end = min(start + keys, keyCount)
            func part(_ count: Int, behind before: Int) -> Range<Int> {
                min(max(start - before, 0), count)..<min(max(end - before, 0), count)
            }
            return SurveyRequest(
                event: event, categories: Array(categories[part(categories.count, behind: tokens.count)]),
                tokens: Array(tokens[part(tokens.count, behind: 0)]))
        }
    }

    /// How many keys are read, without the index.
    package var keyCount: Int { categories.count + tokens.count }
}
