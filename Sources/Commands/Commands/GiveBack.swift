import HoldModel
import Output
import PlatformAPI
import RedisStore

/// Gives back whatever holds a spot check's request has placed, as the platform's release does. A hold is touched only
/// where its metadata names the requester that was made up for this run.
struct GiveBack {
    /// How long a request that got no answer may still place a hold.
    private static let patience: Duration = .seconds(5)

    let asked: SeatRequest
    let policy: Policy

    /// Whether there may be holds that no answer has named.
    private var isSearching = false
    private var isAnswerWhole = true
    /// The token that the answer gave.
    private var named: HoldToken?
    /// Until when the API may be at work on the request.
    private var openUntil: ContinuousClock.Instant?
    private var sights: (before: CategorySight, after: CategorySight)?
    /// Holds that this program may not release any more.
    private var abandoned: Set<HoldToken> = []

    init(asked: SeatRequest, policy: Policy) {
        self.asked = asked
        self.policy = policy
    }

    /// Notes what became of the request.
    mutating func expect(_ placement: Placement) {
        isSearching = placement.mayHavePlaced
        openUntil = placement.isOpen ? .now + Self.patience : nil
        switch placement {
        case .placed(let answer): named = HoldToken(answer.holdToken)
        case .outOfStock, .refused: break
        case .unreadable, .unanswered: isAnswerWhole = false
        }
    }

    mutating func search() {
        isSearching = true
    }

    mutating func note(before: CategorySight, after: CategorySight) {
        sights = (before, after)
    }

    private func isDone(_ report: SpotReport) -> Bool {
        !isSearching && report.placed.subtracting(report.givenBack).subtracting(abandoned).isEmpty
    }

    /// Finds holds that were not named, and releases all. What was done in an earlier call is not repeated.
    ///
    /// - Throws: ``RedisError`` and ``LeaseLoss``; it is worth another try on another connection.
    mutating func run(_ store: HoldStore, _ repairs: HoldRepairs, _ report: inout SpotReport) async throws {
        if isSearching {
            for token in try await found(store) where !report.placed.contains(token) {
                report.notePlaced(token)
                if token == named { continue }
                report.add([
                    SpotLine(
                        "unnamed hold", isAnswerWhole ? .differs : .note,
                        "Redis has '\(token)' for this requester, which the API did not name")
                ])
            }
            isSearching = false
        }
        for token in report.placed.subtracting(report.givenBack).subtracting(abandoned).sorted() {
            try await release(token, store, repairs, &report)
        }
    }

    /// Tries on new connections until everything is given back. Redis may be back in a moment, and a lease that could
    /// not be given back ends by itself.
    mutating func insist(_ addresses: ServerAddresses, _ report: inout SpotReport) async {
        let deadline = ContinuousClock.now + .seconds(addresses.leaseSeconds + 15)
        var reason = "no time was left"
        while !isDone(report), ContinuousClock.now < deadline {
            do {
                try await WritingSide.with(addresses) { store, repairs in
                    try await run(store, repairs, &report)
                }
            } catch {
                reason = told(error)
                do { try await Task.sleep(for: .milliseconds(500)) } catch { break }
            }
        }
        guard !isDone(report) else { return }
        report.fail(
            "what the API placed for requester \(asked.requester) could not be given back: \(reason); a hold that is "
                + "left is 'held', so the platform's cleaner puts its seats back on sale when it expires")
    }

    private func found(_ store: HoldStore) async throws -> [HoldToken] {
        while true {
            let start = ContinuousClock.now
            let tokens = try await store.tokens(askedForBy: asked.requester)
            if !tokens.isEmpty || openUntil.map({ start >= $0 }) ?? true { return tokens }
            // A walk over many holds is work for Redis, so it then rests four times as long.
            try await Task.sleep(for: max(.milliseconds(200), start.duration(to: .now) * 4))
        }
    }

    private mutating func release(
        _ token: HoldToken, _ store: HoldStore, _ repairs: HoldRepairs, _ report: inout SpotReport
    ) async throws {
        for _ in 1...3 {
            let request = SurveyRequest(event: EventID(asked.event), categories: [], tokens: [token])
            guard let survey = try await store.survey([request]).first?.holds.first,
                try await store.details(of: [token]).first?.requester == asked.requester,
                case .whole(let hold) = survey.state, hold.status.isActive
            else {
                // The hash is gone or says that the hold is over: nothing is held any more.
                return report.noteGivenBack(token)
            }
            guard hold.status == .held else {
                abandoned.insert(token)
                return report.fail(
                    "hold '\(token)' is \(hold.status.rawValue): somebody checks it out, so it cannot be given back")
            }
            var outcome: ReleaseOutcome?
            try await repairs.release(
                [HeldHold(token: token, hold: hold, fence: survey.fence)], now: try await store.time(),
                keptFor: policy.releasedTTL, as: .cancelled, because: "verify-api"
            ) { outcome = $0.first }
            switch outcome {
            case .released:
                report.noteGivenBack(token)
                return report.add(try await proof(token, store))
            case .unclear(let key):
                abandoned.insert(token)
                return report.fail(
                    "hold '\(token)' could not be given back: \(printable(key)) does not hold its seats, or "
                        + "its counts do not add up; run rebuild --holds rebuild")
            case .moved, .unknown, .unwritten, nil: continue
            }
        }
        abandoned.insert(token)
        report.fail("hold '\(token)' could not be given back: it changed again and again")
    }

    /// Returns the lines about hash, index and seats after a release.
    private func proof(_ token: HoldToken, _ store: HoldStore) async throws -> [SpotLine] {
        let request = SurveyRequest(
            event: EventID(asked.event), categories: [asked.line.category], tokens: [token])
        guard let survey = try await store.survey([request]).first, let hold = survey.holds.first,
            let inventory = survey.inventory.first
        else { return [] }
        return SpotLine.givenBack(hold, inventory, sights)
    }
}
