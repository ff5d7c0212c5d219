import HoldModel
import PostgresSource
import RedisStore

/// Where tokens are left to the walk over SQL's events; see ``Census+awaited``.
extension CensusTaker {
    /// Tokens that say whether leaving them to the walk is worth it: enough of them, nearly all with an open order.
    func haveOrders(_ sample: [HoldToken]) async throws -> Bool {
        guard shard.isWhole, sample.count >= leastSample else { return false }
        let open = try await source.orders(of: sample).count { $0.status?.isOpen ?? false }
        return open * 10 >= sample.count * 9
    }

    /// Finds the events of what the walk has not met.
    ///
    /// - Returns: the events that have such holds, or holds with other index members than they must have.
    func placeAwaited(_ census: inout Census) async throws -> [EventID] {
        var events: Set<EventID> = []
        func place(_ left: [HoldToken], _ census: inout Census) async throws {
            for (token, place) in zip(left, try await store.places(of: left)) {
                settle(token, place, &census)
                if case .events(let named) = place { events.formUnion(named) }
            }
        }
        let unindexed = census.takeUnindexed()
        for start in stride(from: 0, to: unindexed.count, by: 1000) {
            try await place(Array(unindexed[start..<min(start + 1000, unindexed.count)]), &census)
        }
        if census.awaitedCount > 0, try await store.indexType() == "zset" {
            try await store.scanIndex { try await place(census.takeAwaited(among: $0), &census) }
        }
        // What has left the index since may have its hash still, as a claimed hold that the cleaner has met.
        if census.awaitedCount > 0 {
            try await store.scanKeys { try await place(census.takeAwaited(among: $0.tokens), &census) }
        }
        census.forgetAwaited()
        events.formUnion(census.takeMisindexed())
        // A member without a hash, and a hash that says nothing, are its order's event's, whatever the order's status.
        events.formUnion(try await placeByOrder(&census))
        return Array(events)
    }
}

extension PostgresSource {
    /// The orders of tokens; of several that name one token an open one counts.
    func orders(byTokenOf tokens: [HoldToken]) async throws -> [HoldToken: Order] {
        let orders = try await orders(of: tokens)
        let open = orders.filter { $0.status?.isOpen ?? true }
        return Dictionary((open + orders).map { ($0.token, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

extension OrderStatus {
    /// Whether the order's seats are held, and not sold yet.
    var isOpen: Bool {
        self == .pendingPayment || self == .processing
    }
}
