/// Plans the way back to an earlier state of one event: a pure function like the plan of a repair.
///
/// All of the event goes back, or nothing: only where each key is as it was left, and only where a repair from there would take
/// no seat off sale and need not keep a hold from ending too early. So an undo never puts a seat on sale that the truth of now
/// does not allow.
struct UndoPlanner {
    let snapshot: EventSnapshot
    let survey: EventSurvey
    let earlier: EarlierState
    /// How a repair would judge the earlier state.
    let policy: Policy
    let now: Timestamp

    private var moved: [Finding] = []
    private var undone: [Finding] = []
    private var refusal: String?
    private var holds: [HoldChange] = []
    private var counts: [CountChange] = []
    /// The event as it will be.
    private var inventory: [InventoryState]
    private var surveyed: [HoldSurvey]
    private let ordered: Set<HoldToken>

    init(snapshot: EventSnapshot, survey: EventSurvey, earlier: EarlierState, policy: Policy, now: Timestamp) {
        (self.snapshot, self.survey, self.earlier) = (snapshot, survey, earlier)
        self.policy = policy
        self.now = now
        (inventory, surveyed) = (survey.inventory, survey.holds)
        ordered = Set(snapshot.orders.map(\.token))
    }

    mutating func plan() -> EventPlan {
        let known = Set(snapshot.categories.map(\.id))
        if let gone = earlier.counts.keys.filter({ !known.contains($0) }).min() {
            refusal = "SQL does not have category \(gone) in this event any more"
        }
        for place in snapshot.categories.indices {
            if let counts = earlier.counts[snapshot.categories[place].id] { restore(counts, at: place) }
        }
        let places = Dictionary(
            zip(survey.holds.map(\.token), survey.holds.indices), uniquingKeysWith: { first, _ in first })
        for (token, hold) in earlier.holds.sorted(by: { $0.key < $1.key }) {
            if let place = places[token] {
                restore(hold, token, at: place)
            } else {
                refusal = refusal ?? "holds:\(token) was not looked at"
            }
        }
        if !moved.isEmpty { return finished(.refused("it has moved since"), moved) }
        if let refusal { return refused(refusal) }
        if holds.isEmpty, counts.isEmpty { return finished(.agrees, []) }
        switch objection {
        case .none:
            return EventPlan(event: snapshot.event, standing: .differs, findings: undone, holds: holds, counts: counts)
        case .forGood(let reason): return refused(reason)
        case .forNow(let reason): return finished(.unclear(reason), [])
        }
    }

    private mutating func restore(_ earlier: EarlierState.Counts, at place: Int) {
        let (category, state) = (snapshot.categories[place].id, survey.inventory[place])
        let before: InventoryState
        switch earlier.before {
        case .absent, .untouched: before = .absent
        case .hash(let hash): before = InventoryState(hash)
        case .otherType:
            refusal = refusal ?? "the key of category \(category) was no hash, which is not put back"
            return
        }
        if state.isSame(as: before) { return }
        guard earlier.left.contains(state) else {
            let left = earlier.left.last.map { FindingState($0) } ?? .absent
            moved.append(movedFinding(category, nil, left, FindingState(state)))
            return
        }
        let version = state.nextVersion(now: now)
        let change: CountEdit
        switch earlier.before {
        // Other fields than the five were not changed, and may have been since.
        case .hash where fields(before)?.counts != nil && state != .absent: change = .write
        case .hash(let hash): change = .whole(hash.setting("version", to: Array(String(version).utf8)))
        case .absent, .otherType, .untouched: change = .delete
        }
        let numbers = fields(before).flatMap(\.counts) ?? Counts(total: 0, sold: 0, pending: 0, available: 0)
        let raise = before.seatsOnSale - state.seatsOnSale
        // Redis' counters may be any number.
        let (left, isTooLarge) = (fields(state).flatMap(\.counts)?.pending ?? 0)
            .subtractingReportingOverflow(numbers.pending)
        let planned = CountChange(
            category: category, before: state, edit: change, counts: numbers, version: version, raise: raise,
            unexplained: isTooLarge ? .max : max(left, 0), freed: max(raise, 0))
        counts.append(planned)
        inventory[place] = before
        undone.append(
            Finding(
                .undone, event: snapshot.event, category: category, seats: abs(raise), before: FindingState(state),
                after: FindingState(InventoryState(planned))))
    }

    private func fields(_ state: InventoryState) -> InventoryFields? {
        if case .hash(let fields) = state { fields } else { nil }
    }

    private mutating func restore(_ earlier: EarlierState.Hold, _ token: HoldToken, at place: Int) {
        let hold = survey.holds[place]
        switch HoldReturn(of: hold, to: earlier, now: now) {
        case .none: break
        case .noHash: refusal = refusal ?? "holds:\(token) was no hash, which is not put back"
        case .moved:
            let left = earlier.left.last.map { FindingState($0.fence) } ?? .absent
            moved.append(movedFinding(nil, token, left, FindingState(hold.fence)))
        case .change(let change, let hash):
            let later = hold.after(change, leaving: hash, score: earlier.score)
            if isCart(hold), !isActive(later), earlier.before != .absent || !wasOtherDatabase {
                refusal = refusal ?? "holds:\(token) is alive, and would end: its seats are promised"
            }
            holds.append(change)
            surveyed[place] = later
            undone.append(
                Finding(
                    .undone, event: snapshot.event, hold: token, before: FindingState(hold.fence),
                    after: FindingState(surveyed[place].fence)))
        }
    }

    /// Whether a hold is alive and no order names it: then its own hash is the truth.
    private func isCart(_ hold: HoldSurvey) -> Bool {
        let state = hold.settled(at: now).state
        guard case .whole(let whole) = state, whole.status.isActive, !ordered.contains(hold.token) else { return false }
        return Verdict(order: nil, state: state, now: now, policy: policy).countsAsPending
    }

    private func isActive(_ hold: HoldSurvey) -> Bool {
        if case .whole(let whole) = hold.state { whole.status.isActive } else { false }
    }

    /// Whether the run may have written hashes of orders that there are not.
    private var wasOtherDatabase: Bool { policy.undoing?.wasOtherDatabase ?? false }

    private enum Objection {
        case none
        case forGood(String)
        case forNow(String)
    }

    /// Why the earlier state may not come back, by what a repair would do there.
    private var objection: Objection {
        let survey = EventSurvey(inventory: inventory, holds: surveyed)
        let holds = Dictionary(surveyed.map { ($0.token, $0) }, uniquingKeysWith: { first, _ in first })
        var policy = policy
        policy.undoing = nil
        policy.finalizeGrace = 0
        let whole = EventPlan(snapshot: snapshot, survey: survey, policy: policy, now: now)
        if let sold = whole.holds.first(where: { isReleasable($0, holds) }) {
            return .forGood(
                "holds:\(sold.token) could be released when its time is over, and its seats are sold by now")
        }
        policy.tightensOnly = true
        let repair = EventPlan(snapshot: snapshot, survey: survey, policy: policy, now: now)
        switch repair.standing {
        case .refused(let reason), .sqlBehind(let reason): return .forGood("then \(reason)")
        case .unclear(let reason): return .forNow(reason)
        case .agrees, .differs: break
        }
        if let counts = repair.counts.first(where: { $0.before != .absent && $0.raise < 0 }) {
            return .forGood(
                "category \(counts.category) would have \(-counts.raise) seats on sale that are sold or promised by now"
            )
        }
        if let hold = repair.holds.first(where: { keepsFromEnding($0, holds) }) {
            return .forGood("holds:\(hold.token) could end too early, and its seats are sold or promised by now")
        }
        return .none
    }

    /// Whether a repair's change finalizes a hold that the platform's cleaner would release.
    private func isReleasable(_ change: HoldChange, _ holds: [HoldToken: HoldSurvey]) -> Bool {
        guard case .close(.finalized, _, _, _) = change.hash,
            case .whole(let hold) = holds[change.token]?.state
        else { return false }
        return hold.status == .held
    }

    /// Whether a repair's change keeps a hold from ending too early. A member that is missing or comes later keeps it longer.
    private func keepsFromEnding(_ change: HoldChange, _ holds: [HoldToken: HoldSurvey]) -> Bool {
        guard change.fence != .absent else { return false }
        switch (change.hash, change.index) {
        case (.renew, _), (.date, _), (.replace, _): return true
        case (.keep, .score(let seconds)):
            let score = holds[change.token]?.score.text
            return score.map { Double(String(decoding: $0, as: UTF8.self)) ?? 0 < Double(seconds) } ?? false
        case (.keep, _), (.delete, _), (.whole, _), (.close, _): return false
        }
    }

    private func movedFinding(
        _ category: CategoryID?, _ hold: HoldToken?, _ left: FindingState, _ now: FindingState
    ) -> Finding {
        Finding(
            .movedSince, event: snapshot.event, category: category, hold: hold, before: left, after: now,
            detail: "it is not as the run has left it, so nothing of its event goes back", outcome: .moved)
    }

    private func refused(_ reason: String) -> EventPlan {
        finished(
            .refused(reason),
            [Finding(.undone, event: snapshot.event, detail: "not taken back: \(reason)", outcome: .refused)])
    }

    private func finished(_ standing: EventPlan.Standing, _ findings: [Finding]) -> EventPlan {
        EventPlan(event: snapshot.event, standing: standing, findings: findings, holds: [], counts: [])
    }
}

extension InventoryState {
    /// Whether the counts are the same, whatever the versions are.
    fileprivate func isSame(as other: InventoryState) -> Bool {
        switch (self, other) {
        case (.absent, .absent), (.otherType, .otherType): true
        case (.hash(let one), .hash(let two)):
            one.total == two.total && one.sold == two.sold && one.pending == two.pending
                && one.available == two.available
        default: false
        }
    }
}
