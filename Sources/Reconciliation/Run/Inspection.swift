package import HoldModel
package import PostgresSource
package import RedisStore

/// The result of `inspect`: SQL beside Redis for one event, with the verdicts.
package struct Inspection: Sendable {
    package struct Category: Sendable {
        package let row: CategoryRow
        package let inventory: InventoryState
        /// The counts that a rebuild would write; `nil` where it would write none.
        package let change: CountChange?
    }

    package struct HoldLine: Sendable {
        package let hold: HoldSurvey
        package let order: Order?
        package let verdict: Verdict
    }

    package let event: EventID
    package let standing: EventPlan.Standing
    package let findings: [Finding]
    package let categories: [Category]
    package let holds: [HoldLine]
    package let clock: SnapshotClock
    /// How far SQL has come, where it is a hot standby.
    package let standby: StandbyReplay?
    package let now: Timestamp
    /// Sentences for people about what could not be read.
    package let notes: [String]
}

/// Looks at one event for `inspect`; reads only.
package struct Inspector: Sendable {
    private let source: PostgresSource
    private let store: HoldStore
    private let policy: Policy
    private let witness: CheckoutWitness

    /// - Parameter queue: the finalizer's queue in Redis, without the prefix; `nil` where it is elsewhere.
    package init(_ source: PostgresSource, _ store: HoldStore, policy: Policy, queue: String?) {
        self.source = source
        self.store = store
        self.policy = policy
        witness = CheckoutWitness(source, store, queue: queue)
    }

    /// - Throws: ``RunRefusal/nothingToLookAt(_:)`` where SQL has no such event.
    package func inspect(_ event: EventID) async throws -> Inspection {
        guard try await source.existingEvents([event]) == [event] else {
            throw RunRefusal.nothingToLookAt(
                "SQL has no event '\(event)': check the id, and the database in --postgres")
        }
        let taken = try await CensusTaker(source, store, progress: { _ in })
            .take(index: try await store.indexType() == "zset", keyspace: true)
        var policy = policy
        let notes = try await witness.readAll(into: &policy)
        let looker = EventLooker(source: source, store: store, policy: policy)
        let page = try await looker.look(at: [event], tokens: [taken.census.tokens(of: event)])
        let now = try await store.time()
        guard let look = page.events.first else {
            throw RunRefusal.nothingToLookAt("SQL has no event '\(event)' any more")
        }
        return Inspection(
            look, clock: page.clock, standby: try await source.replay(), now: now, policy: policy, notes: notes)
    }

    /// Finds the event of a token: by its order, else by its hash.
    ///
    /// - Throws: ``RunRefusal/nothingToLookAt(_:)`` where neither server knows the token.
    package func event(of token: HoldToken) async throws -> EventID {
        if let order = try await source.orders(of: [token]).first { return order.event }
        if case .events(let events)? = try await store.places(of: [token]).first, let event = events.first {
            return event
        }
        let request = SurveyRequest(event: EventID(""), categories: [], tokens: [token])
        if let hold = try await store.survey([request]).first?.holds.first,
            hold.state != .absent || hold.score != .noMember
        {
            throw RunRefusal.nothingToLookAt(
                "hold '\(token)' stands in Redis (\(hold.state.words), \(hold.score.words)), but neither its hash nor an "
                    + "order tells its event; check --deep reports it, and rebuild removes what stands for nothing")
        }
        throw RunRefusal.nothingToLookAt(
            "neither an order in SQL nor a hash in Redis tells an event for hold '\(token)': check the token, "
                + "--key-prefix and --postgres")
    }
}

extension Inspection {
    init(
        _ look: EventLook, clock: SnapshotClock, standby: StandbyReplay? = nil, now: Timestamp, policy: Policy,
        notes: [String]
    ) {
        self.notes = notes
        event = look.snapshot.event
        standing = look.plan.standing
        findings = look.plan.findings
        let changes = Dictionary(look.plan.counts.map { ($0.category, $0) }, uniquingKeysWith: { first, _ in first })
        categories = zip(look.snapshot.categories, look.survey.inventory).map { row, inventory in
            Category(row: row, inventory: inventory, change: changes[row.id])
        }
        let orders = Dictionary(look.snapshot.orders.map { ($0.token, $0) }, uniquingKeysWith: { first, _ in first })
        holds = look.survey.holds.map { hold in
            let (hold, order) = (hold.settled(at: now), orders[hold.token])
            return HoldLine(
                hold: hold, order: order,
                verdict: Verdict(order: order, state: hold.state, now: now, policy: policy))
        }
        self.clock = clock
        self.standby = standby
        self.now = now
    }
}

extension HoldState {
    fileprivate var words: String {
        switch self {
        case .absent: "no hash"
        case .zombie: "a hash without entries"
        case .malformed(let reason): "a malformed hash: \(reason)"
        case .foreign(let kind): "a key that is no hold's: \(kind)"
        case .whole(let hold): "a \(hold.status.rawValue) hash"
        }
    }
}

extension IndexScore {
    fileprivate var words: String {
        switch self {
        case .noMember: "not in the index"
        case .score(let score): "in the index with score \(printable(score))"
        }
    }
}
