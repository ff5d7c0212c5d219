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
    /// Done when what orders dispute is known; a walk before has seen it page by page.
    private let disputes: Task<Void, any Error>
    private let windows: WindowMembers
    /// Whether a walk before has counted what SQL has of these events, and keeps what it has met.
    private let followsWalk: Bool

    init(settlement: EventSettlement, repairs: HoldRepairs, emptiness: Emptiness, followsWalk: Bool = false) {
        self.followsWalk = followsWalk
        self.settlement = settlement
        self.repairs = repairs
        self.emptiness = emptiness
        let (store, settings) = (settlement.looker.store, settlement.settings)
        confirmation = Task { try await emptiness.isConfirmed(store, settings) }
        let (claims, source) = (settlement.disputes, settlement.looker.source)
        disputes = Task { if !followsWalk { try await claims.takeMisplacedItems(of: source) } }
        windows = WindowMembers(store, repairs, settlement.looker.policy, evenIfFew: followsWalk)
    }

    var looker: EventLooker { settlement.looker }
    var settings: RunSettings { settlement.settings }

    /// Of the snapshots that it is made from.
    var bounds: WindowBounds { followsWalk ? .looking : .writing }

    /// Nobody asks any more.
    func end() {
        confirmation.cancel()
        disputes.cancel()
        windows.end()
    }

    /// What is to be told of a run that ends before its last page; `nil` where nothing is.
    var remainder: String? {
        let count = windows.countAhead
        guard count > 0 else { return nil }
        return "up to \(count) index members were added whose holds are not there: the next rebuild writes these, or "
            + "the platform's cleaner drops the members when their time comes"
    }

    /// Whether pages still wait for seats to be put on sale, so that more of them may be made ready meanwhile.
    var isWaiting: Bool {
        settings.traffic == .live && .now < emptiness.since + settings.releaseAfter
    }

    /// - Returns: the events to look at again; `nil`, and nothing was written but index members, where Redis is not empty
    ///   any more.
    func run(_ page: EventPage, _ tally: inout RunTally) async throws -> [Suspect]? {
        let share = try await windows.share(of: page)
        let (now, creations) = (share.now, share.creations)
        let small = repairs.writable(creations, of: page.table)
        guard try await confirmation.value else { return nil }
        try await disputes.value
        let latest = try await latest(page)
        tally.record(latest.clock)
        if !followsWalk { tally.scanned.count(page.table) }
        var writing = Writing(left: Set(page.table.events.indices))
        let doubtful = doubtful(creations, of: page, latest, now)
        for place in doubtful { lookAgain(creations[place].event, page, &writing) }
        // These are settled by their plans, which are refused.
        let disputed = Set(creations.indices.filter { isDisputed(creations[$0].event, in: page) })
        let whole = small.filter { !doubtful.contains($0) && !disputed.contains($0) }
        try await write(whole.map { creations[$0] }, share.members, page, now, &writing, &tally)
        let large = Set(creations.indices).subtracting(small).subtracting(doubtful).subtracting(disputed)
        for place in large.sorted() {
            try await writeInSlices(creations[place], page, now, &writing, &tally)
        }
        let lost = try await verify(writing, page, now, &tally)
        let open = try await settle(writing.left.sorted(), page, latest, now, &tally)
        windows.finish(share)
        return writing.again + lost + open
    }

    /// Whether another event's holds or orders name one of the event's categories.
    private func isDisputed(_ event: Int, in page: EventPage) -> Bool {
        let row = page.table.events[event]
        return !settlement.disputes.claims(
            on: row.categories.lazy.map { page.table.identifier(page.table.categories[$0].id) },
            of: page.table.identifier(row.id)
        ).isEmpty
    }

    /// With traffic live a page may have been read some time ago, and seats may have been sold since: the same page, read
    /// anew where anything was committed meanwhile. With traffic stopped a snapshot need not be younger than any other that
    /// is looked at.
    private func latest(_ page: EventPage) async throws -> EventPage {
        if settings.traffic == .stopped, page.expires.map({ $0 > .now }) ?? true { return page }
        if try await looker.source.isCurrent(page.clock) { return page }
        let events = page.table.events.map { page.table.identifier($0.id) as EventID }
        return try await looker.source.snapshot(of: events, tokens: events.map { _ in [] })
    }

    /// Creations that the latest rows do not say any more, by their places: such events need looks of their own.
    private func doubtful(
        _ creations: [EventCreation], of page: EventPage, _ latest: EventPage, _ now: Timestamp
    ) -> Set<Int> {
        if latest.clock == page.clock { return [] }
        let said = Dictionary(uniqueKeysWithValues: latest.creations(looker.policy, now: now).map { ($0.event, $0) })
        return Set(
            creations.indices.filter { place in
                let creation = creations[place]
                guard let other = said[creation.event] else { return true }
                return !creation.isSame(in: page.table, as: other, in: latest.table)
            })
    }

    /// Settles the other events by their plans: the page and the walk that met nothing are a first look, the latest rows and
    /// the second walk another.
    private func settle(
        _ places: [Int], _ page: EventPage, _ latest: EventPage, _ now: Timestamp, _ tally: inout RunTally
    ) async throws -> [Suspect] {
        let looks = places.map { look($0, latest, now) }
        let suspects = zip(places, looks).map { place, look in
            var suspect = Suspect(event: look.plan.event, tokens: [])
            suspect.look.needsKeyspace = true
            let first = self.look(place, page, now)
            suspect.look.proof = ReleaseProof(first.plan).map { FirstProof(first, $0, at: emptiness.since) }
            return suspect
        }
        return try await settlement.settle(suspects, looks, &tally).map { open in
            var suspect = Suspect(event: open.event, tokens: [])
            suspect.look.needsAnswers = open.look.needsAnswers
            return suspect
        }
    }

    func look(_ place: Int, _ page: EventPage, _ now: Timestamp) -> EventLook {
        looker.lookAtNothing(beside: page.snapshot(at: place), now: now)
    }
}
