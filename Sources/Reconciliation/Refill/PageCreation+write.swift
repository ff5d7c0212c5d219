import HoldModel
import PostgresSource
import RedisStore

/// Writes the events of a page, and looks at them once more.
extension PageCreation {
    /// Writes the events whose rows alone say what to write: first those that fit in transactions, then larger ones in
    /// slices.
    func write(_ course: inout Course, _ tally: inout RunTally) async throws {
        let (table, share) = (course.table, course.share)
        let creations = share.creations
        let places = try creations.indices.filter { place in
            let creation = creations[place]
            return try course.refill.writable.contains(creation.event)
                && settlement.approves(look(creation.event, course.page, course.now).plan)
                && settlement.allowance.admits(creation, of: table)
        }
        let small = Set(places).intersection(course.small).sorted().map { creations[$0] }
        try await repairs.create(small, of: table, share.members) { outcomes in
            for (creation, outcome) in zip(small, outcomes) { take(outcome, of: creation, &course, &tally) }
        }
        let large = Set(places).subtracting(course.small).sorted()
        for creation in large.map({ creations[$0] }) where await repairs.isWritableInSlices(creation, of: table) {
            let creation = NewMembers.ordering(creation, in: table)
            try await repairs.createInSlices(creation, of: table) { outcome in
                take(outcome, of: creation, &course, &tally)
                if outcome == .applied { course.writtenInSlices.append(creation) }
            }
        }
    }

    private func take(
        _ outcome: ApplyOutcome, of creation: EventCreation, _ course: inout Course, _ tally: inout RunTally
    ) {
        guard let fate = course.refill.take(outcome, of: creation.event, course.rules) else { return }
        if fate == .written {
            course.written.append(creation)
            return tally.recordApplied(creation, of: course.table)
        }
        let plan = look(creation.event, course.page, course.now).plan
        tally.recordPart(of: plan, outcome)
        if fate == .moved {
            tally.moved += 1
            tally.record(plan, as: .moved)
        }
        if fate == .again { course.again.append(suspect(creation.event, course.page)) }
    }

    /// Returns a suspect with the tokens whose members this run has added. Their orders may be over since, so that rows
    /// that are read later do not have them.
    func suspect(_ event: Int, _ page: EventPage) -> Suspect {
        let row = page.table.events[event]
        return Suspect(
            event: page.table.identifier(row.id),
            tokens: row.orders.map { page.table.identifier(page.table.orders[$0].token) })
    }

    /// Looks once more at what was written (design section 4, step 7).
    func verify(_ course: inout Course, _ tally: inout RunTally) async throws {
        let (written, table) = (course.written, course.table)
        var stand = try await looker.store.stand(written, of: table)
        // Of an event that was written in slices Redis may have lost some, whatever the counts say.
        for creation in course.writtenInSlices {
            guard let place = written.firstIndex(where: { $0.event == creation.event }), stand[place] else { continue }
            stand[place] = try await looker.store.holdsStand(creation, of: table)
        }
        let doubtful = zip(written, stand).filter { !$1 }.map(\.0.event)
        let looks = try await looker.lookAgain(doubtful.map { look($0, course.page, course.now) })
        let lost = zip(doubtful, looks).filter { $1.plan.standing != .agrees }.map(\.0)
        tally.verified += written.count - lost.count
        // It counts by what becomes of it now.
        tally.applied -= lost.count
        if course.refill.fateOfLost(course.rules) == .moved {
            tally.moved += lost.count
        } else {
            for event in lost {
                var suspect = suspect(event, course.page)
                suspect.isWritten = true
                course.again.append(suspect)
            }
        }
    }
}
