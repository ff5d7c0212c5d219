import HoldModel
import PostgresSource
import RedisStore

/// How the events of a page are written, and looked at once more.
extension PageCreation {
    /// Writes what rows alone tell: what fits in transactions first, then the larger events, slice by slice.
    func write(_ course: inout Course, _ tally: inout RunTally) async throws {
        let (table, share) = (course.table, course.share)
        let creations = share.creations
        let places = creations.indices.filter {
            course.refill.writable.contains(creations[$0].event)
                && settlement.allowance.admits(creations[$0], of: table)
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

    /// An event that must be looked at again, with the holds whose members this run has added: their orders may be over since,
    /// so that no row that is read later tells of them.
    func suspect(_ event: Int, _ page: EventPage) -> Suspect {
        let row = page.table.events[event]
        return Suspect(
            event: page.table.identifier(row.id),
            tokens: row.orders.map { page.table.identifier(page.table.orders[$0].token) })
    }

    /// Looks at what was written once more (design section 4, step 7).
    func verify(_ course: inout Course, _ tally: inout RunTally) async throws {
        let (written, table) = (course.written, course.table)
        var stand = try await looker.store.stand(written, of: table)
        // What went in slices may have lost some of them meanwhile, whatever the counts say.
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
