import HoldModel
import PostgresSource
import RedisStore

/// The holds that the walk over SQL has not met: carts, nearly all of them, and whatever else no open order names.
///
/// Each is read once. A cart is done with as soon as its seats are taken from what its event's orders do not explain; for
/// every other hold its event is found, which is looked at again.
struct UnmetHolds: Sendable {
    /// Holds that are read together, and how often that is done at once.
    private static let together = 2000
    private static let atOnce = 3

    let taker: CensusTaker
    /// The events that the run looks at; `nil` for all of its shard's.
    let events: Set<EventID>?
    let route: RunRoute
    let stop: StopRequest
    let progress: ProgressSink

    private typealias Unmet = (token: HoldToken, score: MemberScore)

    private enum Found: Sendable {
        case cart(SeenCart)
        case elsewhere(HoldPlace)
    }

    private typealias Batch = [(token: HoldToken, found: Found)]

    /// What the batches have come to so far.
    private struct State {
        /// The events that must be looked at again.
        var events: Set<EventID> = []
        var waiting: [Unmet] = []
        var inFlight = 0
        var done = 0
    }

    /// - Returns: the events that have other holds than what their counts, orders and carts together show, or holds with other
    ///   index members than they must have. Where the run has to end meanwhile, some of them.
    func place(_ census: inout Census, _ tally: inout RunTally) async throws -> Set<EventID> {
        var state = State(waiting: census.takeUnindexed())
        try await withThrowingTaskGroup(of: Batch.self) { group in
            try await readWaiting(&state, &group, &census, &tally)
            if census.awaitedCount > 0, try await taker.store.indexType() == "zset" {
                var place: IndexPlace? = route.indexStart
                while let current = place, census.awaitedCount > 0, stop.cause == nil {
                    let step = try await taker.store.scanIndex(from: current)
                    place = step.next
                    state.waiting += census.takeAwaited(among: step.tokens)
                    try await readWaiting(&state, &group, &census, &tally)
                }
            }
            // What has left the index since may have its hash still, as a claimed hold that the cleaner has met.
            if census.awaitedCount > 0, stop.cause == nil {
                try await taker.store.scanKeys { batch in
                    state.waiting += census.takeAwaited(among: batch.tokens)
                    try await readWaiting(&state, &group, &census, &tally)
                }
            }
            try await readWaiting(&state, &group, &census, &tally, isLast: true)
        }
        census.forgetAwaited()
        // A member without a hash, and a hash that says nothing, are its order's event's, whatever the order's status.
        state.events.formUnion(try await taker.placeByOrder(&census))
        return state.events.union(census.takeMisindexed()).union(census.takeUnexplained()).filter(isLookedAt)
    }

    /// Reads what waits, as soon as it is enough.
    private func readWaiting(
        _ state: inout State, _ group: inout ThrowingTaskGroup<Batch, any Error>, _ census: inout Census,
        _ tally: inout RunTally, isLast: Bool = false
    ) async throws {
        while state.waiting.count >= Self.together || isLast && !state.waiting.isEmpty {
            if state.inFlight == Self.atOnce, let batch = try await group.next() {
                take(batch, &state, &census, &tally)
            }
            let batch = Array(state.waiting.prefix(Self.together))
            state.waiting.removeFirst(batch.count)
            state.inFlight += 1
            group.addTask { try await read(batch) }
        }
        while isLast, let batch = try await group.next() { take(batch, &state, &census, &tally) }
    }

    private func read(_ unmet: [Unmet]) async throws -> Batch {
        let carts = zip(unmet, try await taker.store.carts(of: unmet.map(\.token))).map { unmet, seen -> SeenCart? in
            guard let seen, MemberScore(seconds: seen.cart.expiresAtEpoch) == unmet.score else { return nil }
            return seen
        }
        let ours = zip(unmet, carts).filter { $1.map { isLookedAt($0.cart.event) } ?? false }.map(\.0.token)
        let ordered = try await taker.source.tokensWithOrders(ours)
        var batch: Batch = []
        var odd: [HoldToken] = []
        for (unmet, seen) in zip(unmet, carts) {
            if let seen, !isLookedAt(seen.cart.event) {
                batch.append((unmet.token, .elsewhere(.events([seen.cart.event]))))
            } else if let seen, !ordered.contains(unmet.token) {
                batch.append((unmet.token, .cart(seen)))
            } else {
                odd.append(unmet.token)
            }
        }
        return batch + zip(odd, try await taker.store.places(of: odd)).map { ($0, .elsewhere($1)) }
    }

    private func isLookedAt(_ event: EventID) -> Bool {
        taker.shard.owns(event) && (events?.contains(event) ?? true)
    }

    private func take(_ batch: Batch, _ state: inout State, _ census: inout Census, _ tally: inout RunTally) {
        for (token, found) in batch {
            switch found {
            case .cart(let seen) where census.take(seen, token):
                tally.scanned.count([seen.cart.status: 1])
                tally.scanned.carts += 1
            case .cart(let seen):
                // The walk has not come to its event.
                taker.settle(token, .events([seen.cart.event]), &census)
                state.events.insert(seen.cart.event)
            case .elsewhere(let place):
                taker.settle(token, place, &census)
                if case .events(let named) = place { state.events.formUnion(named) }
            }
        }
        state.inFlight -= 1
        state.done += batch.count
        progress(RunProgress(phase: .carts, done: state.done, total: nil))
    }
}
