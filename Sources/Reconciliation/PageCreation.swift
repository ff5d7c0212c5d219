import HoldModel
import PostgresSource
import RedisStore

/// Writes the events of a page where Redis was emptied: the fences of the repair ask what a survey would have asked, and an
/// event whose key is there after all is looked at again like any that moved.
struct PageCreation: Sendable {
    let settlement: EventSettlement
    let repairs: HoldRepairs
    private let emptiness: Emptiness
    /// Whether Redis is still empty when it has been looked at long enough; all pages wait for this one answer.
    private let confirmation: Task<Bool, any Error>

    init(settlement: EventSettlement, repairs: HoldRepairs, emptiness: Emptiness) {
        self.settlement = settlement
        self.repairs = repairs
        self.emptiness = emptiness
        let (store, settings) = (settlement.looker.store, settlement.settings)
        confirmation = Task { try await emptiness.isConfirmed(store, settings) }
    }

    private var looker: EventLooker { settlement.looker }
    private var settings: RunSettings { settlement.settings }

    /// Nobody asks any more.
    func end() {
        confirmation.cancel()
    }

    /// Whether pages still wait for seats to be put on sale, so that more of them may be made ready meanwhile.
    var isWaiting: Bool {
        settings.traffic == .live && .now < emptiness.since + settings.releaseAfter
    }

    /// - Returns: the events to look at again; `nil`, and nothing was written but index members, where Redis is not empty
    ///   any more.
    func run(_ page: EventPage, _ tally: inout RunTally) async throws -> [Suspect]? {
        let now = try await looker.store.time()
        let creations = page.table.events.indices.compactMap { place in
            page.isPlain(at: place)
                ? EventCreation(place, of: page.table, policy: looker.policy, now: now) : nil
        }
        let writable = repairs.writable(creations, of: page.table)
        let small = writable.map { creations[$0] }
        // Members keep no seat and put none on sale, so they need not wait.
        let members = try await repairs.addMembers(of: small, in: page.table)
        guard try await confirmation.value else { return nil }
        tally.record(page.clock)
        tally.scanned.events += page.table.events.count
        tally.scanned.categories += page.table.categories.count
        tally.scanned.orders += page.table.orders.count
        var writing = Writing(left: Set(page.table.events.indices))
        try await write(small, members, page, now, &writing, &tally)
        let isSmall = Set(writable)
        for place in creations.indices where !isSmall.contains(place) {
            try await writeInSlices(creations[place], page, now, &writing, &tally)
        }
        try await verify(writing.written, page, now, &tally)
        let again = writing.again + (try await settle(writing.left.sorted(), page, now, &tally))
        return again.map { Suspect(event: $0, tokens: []) }
    }

    /// How far the events of a page have come.
    private struct Writing {
        /// Their places, without those that came to an end, or are to be looked at again.
        var left: Set<Int>
        var written: [EventCreation] = []
        var again: [EventID] = []
    }

    /// Writes what rows alone tell.
    private func write(
        _ creations: [EventCreation], _ members: MembersAhead, _ page: EventPage, _ now: Timestamp,
        _ writing: inout Writing, _ tally: inout RunTally
    ) async throws {
        try await repairs.create(creations, of: page.table, members) { outcomes in
            for (creation, outcome) in zip(creations, outcomes) {
                switch outcome {
                case .applied: takeWritten(creation, page, &writing, &tally)
                case .moved: takeMoved(creation, page, now, &writing, &tally)
                case .unknown:
                    let plan = look(creation.event, page, now).plan
                    tally.recordPart(of: plan, .interrupted(unknown: PlanPart(plan)))
                    writing.left.remove(creation.event)
                case .unwritten: continue
                }
            }
        }
    }

    /// The same for an event that is too large for one transaction.
    private func writeInSlices(
        _ creation: EventCreation, _ page: EventPage, _ now: Timestamp, _ writing: inout Writing,
        _ tally: inout RunTally
    ) async throws {
        guard await repairs.isWritableInSlices(creation, of: page.table) else { return }
        try await repairs.createInSlices(creation, of: page.table) { outcome in
            switch outcome {
            case .applied: return takeWritten(creation, page, &writing, &tally)
            case .moved: takeMoved(creation, page, now, &writing, &tally)
            case .cut, .interrupted:
                tally.recordPart(of: look(creation.event, page, now).plan, outcome)
                if case .cut = outcome { takeMoved(creation, page, now, &writing, &tally) }
            }
        }
    }

    private func takeWritten(
        _ creation: EventCreation, _ page: EventPage, _ writing: inout Writing, _ tally: inout RunTally
    ) {
        writing.left.remove(creation.event)
        writing.written.append(creation)
        tally.recordApplied(creation, of: page.table)
    }

    private func takeMoved(
        _ creation: EventCreation, _ page: EventPage, _ now: Timestamp, _ writing: inout Writing,
        _ tally: inout RunTally
    ) {
        writing.left.remove(creation.event)
        if settings.traffic == .stopped && settings.attempts <= 1 {
            tally.moved += 1
            tally.record(look(creation.event, page, now).plan, as: .moved)
        } else {
            writing.again.append(page.table.identifier(page.table.events[creation.event].id))
        }
    }

    /// Looks at what was written once more (design section 4, step 7).
    private func verify(
        _ written: [EventCreation], _ page: EventPage, _ now: Timestamp, _ tally: inout RunTally
    ) async throws {
        let stand = try await looker.store.stand(written, of: page.table)
        let doubtful = zip(written, stand).filter { !$1 }.map { look($0.0.event, page, now) }
        let verified =
            written.count - doubtful.count
            + (try await looker.lookAgain(doubtful).count { $0.plan.standing == .agrees })
        tally.verified += verified
        // With traffic stopped nothing else may have changed what was written.
        if settings.traffic == .stopped { tally.moved += written.count - verified }
    }

    /// Settles the other events by their plans.
    private func settle(
        _ places: [Int], _ page: EventPage, _ now: Timestamp, _ tally: inout RunTally
    ) async throws -> [EventID] {
        let looks = places.map { look($0, page, now) }
        let suspects = looks.map { look in
            var suspect = Suspect(event: look.plan.event, tokens: [])
            suspect.needsKeyspace = true
            suspect.proof = FirstProof(look, at: emptiness.since)
            return suspect
        }
        return try await settlement.settle(suspects, looks, &tally).map(\.suspect.event)
    }

    private func look(_ place: Int, _ page: EventPage, _ now: Timestamp) -> EventLook {
        looker.lookAtNothing(beside: page.snapshot(at: place), now: now)
    }
}
