import HoldModel
import PostgresSource
import RedisStore

/// Reads the holds to which the walk over SQL has not come, since no open order names them. Nearly all are carts.
///
/// Each is read once. A cart's seats are subtracted from those that its event's orders do not explain, and it is done.
/// For any other hold its event is found, and looked at again.
struct UnmetHolds: Sendable {
    /// How many holds are read together; the next one, how many such reads are in flight.
    private static let together = 2000
    private static let atOnce = 4
    /// How many events' versions are read together.
    private static let eventsTogether = 500

    let taker: CensusTaker
    /// The events that the run looks at; `nil` for all of its shard's.
    let events: Set<EventID>?
    let stop: StopRequest
    let progress: ProgressSink

    private typealias Unmet = (token: HoldToken, score: MemberScore)

    private enum Found: Sendable {
        case cart(Cart)
        case elsewhere(HoldPlace)
    }

    private typealias Batch = [(token: HoldToken, found: Found)]

    /// The result of the batches so far.
    private struct State {
        /// The events that must be looked at again.
        var events: Set<EventID> = []
        /// Redis' clock, by which all of them are judged.
        let now: Timestamp
        var waiting: [Unmet] = []
        var inFlight = 0
        var done = 0
    }

    /// Adds the events of holds that their counts, orders and carts do not explain to the suspects that the walk has
    /// left.
    func suspects(
        besides suspects: consuming [Suspect], _ census: inout Census, _ tally: inout RunTally
    ) async throws -> [Suspect] {
        let suspected = Set(suspects.map(\.event))
        let again = Set(try await taker.source.existingEvents(Array(try await place(&census, &tally))))
        census.endWalk(keeping: suspected.union(again))
        let new = again.subtracting(suspected)
        tally.unchanged -= new.count
        suspects += new.map { Suspect(event: $0, tokens: []) }
        for place in suspects.indices where again.contains(suspects[place].event) {
            suspects[place].isAbsent = false
            suspects[place].mayChangeCounts = true
            suspects[place].uncounted = Set(census.unmet(of: suspects[place].event))
        }
        return suspects
    }

    /// - Returns: the events whose counts do not agree with their orders and carts, or with a hold whose index member is missing or
    ///   wrong. If the run has to end meanwhile, only some of them.
    private func place(_ census: inout Census, _ tally: inout RunTally) async throws -> Set<EventID> {
        var state = State(now: try await taker.store.time())
        try await withThrowingTaskGroup(of: Batch.self) { group in
            while stop.cause == nil, let unmet = census.takeUnmet() {
                state.waiting += unmet
                try await readWaiting(&state, &group, &census, &tally)
            }
            try await readWaiting(&state, &group, &census, &tally, isLast: true)
        }
        census.forgetAwaited()
        // A member without a hash, or a hash without an event, belongs to the event of its order, whatever the order's
        // status.
        state.events.formUnion(try await taker.placeByOrder(&census))
        state.events.formUnion(try await moved(census.takeUnexplained()))
        return state.events.union(census.takeMisindexed()).filter(isLookedAt)
    }

    /// Returns the events whose `pending` is not what their orders and carts have, or that did not stand still since
    /// their counts were read. Acquire, release and finalize each raise the version (contract section 2). Without this
    /// check a new cart could hide a leak.
    private func moved(_ rest: [EventID: MetEvent.Unexplained]) async throws -> Set<EventID> {
        let explained = rest.filter { $0.value.seats.isEmpty }.map { $0 }
        var moved = Set(rest.keys).subtracting(explained.lazy.map(\.key))
        for start in stride(from: 0, to: explained.count, by: Self.eventsTogether) {
            let part = explained[start..<min(start + Self.eventsTogether, explained.count)]
            let versions = try await taker.store.versions(
                of: part.map { event, rest in (event, rest.categories.tokens.map { CategoryID($0.bytes) }) })
            for ((event, rest), versions) in zip(part, versions) where versions != rest.versions { moved.insert(event) }
        }
        return moved
    }

    /// Reads the waiting holds, once there are enough of them.
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
            let now = state.now
            group.addTask { try await read(batch, now) }
        }
        while isLast, let batch = try await group.next() { take(batch, &state, &census, &tally) }
    }

    private func read(_ unmet: [Unmet], _ now: Timestamp) async throws -> Batch {
        let read = try await taker.store.carts(of: unmet.map(\.token), now: now)
        let carts = zip(unmet, read).map { unmet, cart in
            cart.flatMap { MemberScore(seconds: $0.expiresAtEpoch) == unmet.score ? $0 : nil }
        }
        let ours = zip(unmet, carts).filter { $1.map { isLookedAt($0.event) } ?? false }.map(\.0.token)
        let ordered = try await taker.source.tokensWithOrders(ours)
        var batch: Batch = []
        var odd: [HoldToken] = []
        for (unmet, cart) in zip(unmet, carts) {
            if let cart, !isLookedAt(cart.event) {
                batch.append((unmet.token, .elsewhere(.events([cart.event]))))
            } else if let cart, !ordered.contains(unmet.token) {
                batch.append((unmet.token, .cart(cart)))
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
            case .cart(let cart) where census.take(cart, token):
                tally.scanned.count([cart.status: 1])
                tally.scanned.carts += 1
            case .cart(let cart):
                // The walk has not come to its event.
                taker.walk.settle(token, .events([cart.event]), &census)
                state.events.insert(cart.event)
            case .elsewhere(let place):
                taker.walk.settle(token, place, &census)
                if case .events(let named) = place { state.events.formUnion(named) }
            }
        }
        state.inFlight -= 1
        state.done += batch.count
        progress(RunProgress(phase: .carts, done: state.done, total: nil))
    }
}
