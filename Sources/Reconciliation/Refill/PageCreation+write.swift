import HoldModel
import PostgresSource
import RedisStore

/// How the events of a page are written, and looked at once more.
extension PageCreation {
    /// How far the events of a page have come.
    struct Writing {
        /// Their places, without those that came to an end, or are to be looked at again.
        var left: Set<Int>
        var written: [EventCreation] = []
        /// Those that were too large for one transaction.
        var writtenInSlices: [EventCreation] = []
        var again: [Suspect] = []
    }

    /// Writes what rows alone tell.
    func write(
        _ creations: [EventCreation], _ members: MembersAhead, _ page: EventPage, _ now: Timestamp,
        _ writing: inout Writing, _ tally: inout RunTally
    ) async throws {
        try await repairs.create(creations, of: page.table, members) { outcomes in
            for (creation, outcome) in zip(creations, outcomes) {
                // A plan tells what the user may not do, or the error.
                if outcome == .interrupted() { continue }
                take(outcome, of: creation, page, now, &writing, &tally)
            }
        }
    }

    /// The same for an event that is too large for one transaction.
    func writeInSlices(
        _ creation: EventCreation, _ page: EventPage, _ now: Timestamp, _ writing: inout Writing,
        _ tally: inout RunTally
    ) async throws {
        guard await repairs.isWritableInSlices(creation, of: page.table) else { return }
        let creation = NewMembers.ordering(creation, in: page.table)
        try await repairs.createInSlices(creation, of: page.table) { outcome in
            take(outcome, of: creation, page, now, &writing, &tally)
            if outcome == .applied { writing.writtenInSlices.append(creation) }
        }
    }

    private func take(
        _ outcome: ApplyOutcome, of creation: EventCreation, _ page: EventPage, _ now: Timestamp,
        _ writing: inout Writing, _ tally: inout RunTally
    ) {
        switch outcome {
        case .applied: takeWritten(creation, page, &writing, &tally)
        case .moved: takeMoved(creation, page, now, &writing, &tally)
        case .cut:
            tally.recordPart(of: look(creation.event, page, now).plan, outcome)
            lookAgain(creation.event, page, &writing)
        case .interrupted:
            tally.recordPart(of: look(creation.event, page, now).plan, outcome)
            writing.left.remove(creation.event)
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
        if settings.traffic == .stopped && settings.attempts <= 1 {
            writing.left.remove(creation.event)
            tally.moved += 1
            tally.record(look(creation.event, page, now).plan, as: .moved)
        } else {
            lookAgain(creation.event, page, &writing)
        }
    }

    func lookAgain(_ event: Int, _ page: EventPage, _ writing: inout Writing) {
        writing.left.remove(event)
        writing.again.append(suspect(event, page))
    }

    /// An event that must be looked at again, with the holds whose members this run has added: their orders may be over since,
    /// so that no row that is read later tells of them.
    private func suspect(_ event: Int, _ page: EventPage) -> Suspect {
        let row = page.table.events[event]
        return Suspect(
            event: page.table.identifier(row.id),
            tokens: row.orders.map { page.table.identifier(page.table.orders[$0].token) })
    }

    /// Looks at what was written once more (design section 4, step 7).
    ///
    /// - Returns: with traffic live, the events that do not stand as they were written; others may have changed them, or Redis
    ///   has lost some of it.
    func verify(
        _ writing: Writing, _ page: EventPage, _ now: Timestamp, _ tally: inout RunTally
    ) async throws -> [Suspect] {
        let written = writing.written
        var stand = try await looker.store.stand(written, of: page.table)
        // What went in slices may have lost some of them meanwhile, whatever the counts say.
        for creation in writing.writtenInSlices {
            guard let place = written.firstIndex(where: { $0.event == creation.event }), stand[place] else { continue }
            stand[place] = try await looker.store.holdsStand(creation, of: page.table)
        }
        let doubtful = zip(written, stand).filter { !$1 }.map(\.0.event)
        let looks = try await looker.lookAgain(doubtful.map { look($0, page, now) })
        let lost = zip(doubtful, looks).filter { $1.plan.standing != .agrees }.map(\.0)
        tally.verified += written.count - lost.count
        // It counts by what becomes of it now.
        tally.applied -= lost.count
        if settings.traffic == .live {
            return lost.map { event in
                var suspect = suspect(event, page)
                suspect.isWritten = true
                return suspect
            }
        }
        // With traffic stopped nothing else may have changed what was written.
        tally.moved += lost.count
        return []
    }
}
