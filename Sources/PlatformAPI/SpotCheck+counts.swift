import HoldModel

// A server may send any number, so sums wrap instead of trapping. A wrapped sum differs from what it should be equal
// to.

extension SpotCheck {
    /// Whether the hold was the only change of the category between the two looks.
    var stoodStill: Bool {
        guard let first = before.version, let last = after.version else { return false }
        return last &- first == 1
    }

    /// The lines about the category's counts. How strict they are depends on whether others changed it meanwhile.
    var countLines: [SpotLine] {
        guard let answered else { return [] }
        guard let before = before.counts, let after = after.counts else {
            return [SpotLine("counts", .differs, "Redis has no inventory hash that can be read")]
        }
        return [
            totalLine(answered, before, after), seatLine("available", answered, before, after, \.available),
            seatLine("pending", answered, before, after, \.pending), sumLine(answered, before, after),
        ]
    }

    private func totalLine(_ answered: HoldAnswer.Category, _ first: Counts, _ last: Counts) -> SpotLine {
        let known = Set([first.total, last.total, before.row.total, after.row.total])
        let told = "API \(answered.total), Redis \(last.total), SQL \(after.row.total)"
        if known.count == 1 { return SpotLine("total", known == [answered.total] ? .ok : .differs, told) }
        guard first.total == last.total, before.row.total == after.row.total else {
            let result: SpotLine.Result = known.contains(answered.total) ? .note : .differs
            return SpotLine("total", result, told + "; it was changed meanwhile")
        }
        return SpotLine("total", .differs, told)
    }

    /// Compares a count that the hold changes by its seats: `available` goes down, `pending` up.
    private func seatLine(
        _ subject: String, _ answered: HoldAnswer.Category, _ first: Counts, _ last: Counts,
        _ count: KeyPath<Counts, Int64>
    ) -> SpotLine {
        let isAvailable = count == \Counts.available
        let said = isAvailable ? answered.available : answered.pending
        let expected = first[keyPath: count] &+ (isAvailable ? -asked.quantity : asked.quantity)
        let told = "API \(said), Redis \(last[keyPath: count]), \(expected) by the look before"
        if stoodStill {
            let isRight = said == expected && last[keyPath: count] == expected
            return SpotLine(subject, isRight ? .ok : .differs, told)
        }
        // Whatever others did: the hold's own seats are off sale, and no count is outside of the category.
        let isPossible =
            isAvailable
            ? said >= 0 && said <= answered.total &- asked.quantity
            : said >= asked.quantity && said <= answered.total
        guard isPossible else { return SpotLine(subject, .differs, told + "; impossible") }
        return SpotLine(subject, .note, told + "; \(otherChanges) meanwhile")
    }

    /// Checks that seats on sale and seats held add up to the unsold ones, which is so at every instant, however many
    /// buyers there are.
    private func sumLine(_ answered: HoldAnswer.Category, _ first: Counts, _ last: Counts) -> SpotLine {
        let sum = answered.available &+ answered.pending
        let (earlier, later) = (first.total &- first.sold, last.total &- last.sold)
        let told = "API \(answered.available) + \(answered.pending), Redis \(later) unsold"
        if earlier == later { return SpotLine("sum", sum == later ? .ok : .differs, told) }
        let range = min(earlier, later)...max(earlier, later)
        return SpotLine(
            "sum", range.contains(sum) ? .note : .differs, told + ", \(earlier) before; seats were sold meanwhile")
    }

    /// Compares what SQL has sold with what Redis has: Redis follows SQL, never the other way round.
    var sqlLine: SpotLine {
        guard let counts = after.counts else {
            return SpotLine("sold", .differs, "Redis has no count that can be read")
        }
        let told = "SQL \(after.row.sold), Redis \(counts.sold)"
        if before.row.sold != after.row.sold { return SpotLine("sold", .note, told + "; seats were sold meanwhile") }
        if counts.sold == after.row.sold { return SpotLine("sold", .ok, told) }
        guard counts.sold > after.row.sold else {
            return SpotLine("sold", .note, told + "; the finalizer is under way, or check finds lost-finalize")
        }
        return SpotLine("sold", before.counts?.sold == counts.sold ? .differs : .note, told)
    }

    private var otherChanges: String {
        guard let first = before.version, let last = after.version, last > first else { return "others changed it" }
        let others = last &- first &- 1
        return others == 1 ? "1 change by others" : "\(others) changes by others"
    }
}
