/// The keys to write for an event of which Redis has nothing: a plan for the common case, made of rows alone.
///
/// It knows orders that are open and those that are over. For everything else it is `nil`, and an ``EventPlan`` says
/// what to do. It must say what that plan would; both use the same verdict table.
package struct EventCreation: Sendable {
    package struct NewHold: Sendable {
        /// The index of its order in the table.
        package let order: Int
        package let terms: RewrittenTerms
    }

    /// The index of the event in the table.
    package let event: Int
    package private(set) var holds: [NewHold]
    /// The counts of each category of the event.
    package let counts: [Counts]

    /// - Parameter event: the index of an event whose rows are plain (``SnapshotTable/Event/isPlain``).
    package init?(_ event: Int, of table: SnapshotTable, policy: Policy, now: Timestamp) {
        guard policy.holds == .rebuild, !policy.tightensOnly else { return nil }
        let row = table.events[event]
        var pending = Array(repeating: Int64(0), count: row.categories.count)
        var holds: [NewHold] = []
        holds.reserveCapacity(row.orders.count)
        for place in row.orders {
            let order = table.orders[place]
            let token = table.bytes.span.extracting(order.token.range)
            guard let standing = OrderStanding(order.times, token: token, now: now, policy: policy) else { return nil }
            switch VerdictTable.ruling(standing, .unusable) {
            case .ended: continue
            case .rewrite: break
            default: return nil
            }
            guard order.firstLine >= 0 else { return nil }
            var next = order.firstLine
            while next >= 0 {
                let line = table.lines[Int(next)]
                guard pending.indices.contains(Int(line.position)) else { return nil }
                let (sum, overflow) = pending[Int(line.position)].addingReportingOverflow(line.quantity)
                guard !overflow, sum <= greatestSeatCount else { return nil }
                pending[Int(line.position)] = sum
                next = line.next
            }
            holds.append(NewHold(order: place, terms: RewrittenTerms(order.times, now: now, policy: policy)))
        }
        var counts: [Counts] = []
        counts.reserveCapacity(pending.count)
        for (place, seats) in zip(row.categories, pending) {
            let category = table.categories[place]
            guard let truth = Counts(total: category.total, sold: category.sold, pending: seats), truth.oversold == 0
            else { return nil }
            counts.append(truth)
        }
        guard !counts.isEmpty else { return nil }
        self.event = event
        self.holds = holds
        self.counts = counts
    }

    /// Returns the same creation with its holds in another order.
    package func ordering(_ holds: [NewHold]) -> EventCreation {
        var creation = self
        creation.holds = holds
        return creation
    }

    /// How many keys it writes, without the index.
    package var keyCount: Int { holds.count + counts.count }

    /// Returns a part of it: some of its holds and counts, by their indices.
    package func part(
        holds: some Sequence<Int>, counts: some Sequence<Int>, in table: SnapshotTable
    ) -> PlanPart {
        let categories = table.events[event].categories
        return PlanPart(
            holds: Set(holds.map { table.identifier(table.orders[self.holds[$0].order].token) }),
            categories: Set(
                counts.map { table.identifier(table.categories[categories[categories.startIndex + $0]].id) }))
    }

    /// Whether rows that were read at another time lead to the same creation, judged as of the same instant.
    package func isSame(in table: SnapshotTable, as other: EventCreation, in otherTable: SnapshotTable) -> Bool {
        func categories(_ creation: EventCreation, _ table: SnapshotTable) -> [CategoryID] {
            table.events[creation.event].categories.map { table.identifier(table.categories[$0].id) }
        }
        return counts == other.counts && holds.count == other.holds.count
            && categories(self, table) == categories(other, otherTable)
            && Set(holds.map { SpelledHold($0, in: table) })
                == Set(other.holds.map { SpelledHold($0, in: otherTable) })
    }

    /// Returns the first findings, as a plan would have them: one for each line of each hold, one for each category.
    ///
    /// - Parameter limit: how many findings at the most.
    package func findings(in table: SnapshotTable, atMost limit: Int) -> [Finding] {
        var findings: [Finding] = []
        func add(_ category: SnapshotTable.Text, _ hold: HoldToken?, _ seats: Int64, after: FindingState) {
            findings.append(
                Finding(
                    .lostHash, event: table.identifier(table.events[event].id), category: table.identifier(category),
                    hold: hold, seats: seats, after: after))
        }
        for hold in holds where findings.count < limit {
            let order = table.orders[hold.order]
            let after = FindingState.hold(
                status: hold.terms.status.rawValue, expiresAtEpoch: hold.terms.expiresAtEpoch)
            var next = order.firstLine
            while next >= 0 {
                let line = table.lines[Int(next)]
                add(line.category, table.identifier(order.token), line.quantity, after: after)
                next = line.next
            }
        }
        for (place, truth) in zip(table.events[event].categories, counts) where findings.count < limit {
            add(table.categories[place].id, nil, truth.total, after: .counts(truth, version: 1))
        }
        return Array(findings.prefix(limit))
    }

    /// Returns how many findings there are, and their seats.
    package func findingTotals(in table: SnapshotTable) -> (count: Int, seats: Int64) {
        var count = counts.count
        var seats: Int64 = 0
        func add(_ more: Int64) {
            let (sum, overflow) = seats.addingReportingOverflow(more)
            seats = overflow ? .max : sum
        }
        for truth in counts { add(truth.total) }
        for hold in holds {
            var next = table.orders[hold.order].firstLine
            while next >= 0 {
                let line = table.lines[Int(next)]
                count += 1
                add(line.quantity)
                next = line.next
            }
        }
        return (count, seats)
    }
}

/// A hold to be created, as values: unlike rows it can be compared between two tables.
private struct SpelledHold: Hashable {
    let token: HoldToken
    let order: OrderID
    let terms: RewrittenTerms
    let lines: [SeatLine]

    init(_ hold: EventCreation.NewHold, in table: SnapshotTable) {
        let row = table.orders[hold.order]
        token = table.identifier(row.token)
        order = table.identifier(row.id)
        terms = hold.terms
        lines = table.sortedLines(of: row).map {
            SeatLine(category: table.identifier($0.category), quantity: $0.quantity)
        }
    }
}
