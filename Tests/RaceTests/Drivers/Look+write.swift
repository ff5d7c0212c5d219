import HoldModel
import Reconciliation
import RedisStore
import TestOutcomes

extension Look {
    /// Records and applies the plan, or its next slice: one step where no journal is kept, else two.
    mutating func write(_ writing: Writing, _ bench: Bench) async throws -> String {
        var (next, part) = (writing, EventPlan?.none)
        switch writing {
        case .whole(let holds, let counts):
            part = EventPlan(event: Bench.event, standing: .differs, findings: [], holds: holds, counts: counts)
        case .slices(var slices):
            part = slices.next(rules.slice ?? .max)
            next = .slices(slices)
        }
        guard let part else { preconditionFailure("slices without an end") }
        let what = "\(part.holds.count) holds, \(part.counts.count) counts"
        do {
            switch (rules.journal, isHalfway) {
            case (.none, _): return try await apply(part, next, what, bench)
            case (.ahead, false):
                let recorded = try await bench.record(part)
                if case .moved(let key) = recorded.became { return moved("journal of \(what)", key) }
                (unrecorded, isHalfway) = (recorded.entries, true)
                entries += recorded.entries
                return "journal of \(what)"
            case (.ahead, true):
                isHalfway = false
                return try await apply(part, next, what, bench)
            case (.behind, false):
                let recorded = try await bench.record(part)
                if case .moved(let key) = recorded.became { return moved("journal of \(what)", key) }
                unrecorded = recorded.entries
                let said = try await apply(part, next, what, bench, isLast: false)
                isHalfway = self.writing != nil
                return said
            case (.behind, true):
                isHalfway = false
                entries += unrecorded
                finish(next)
                return "journal of \(what)"
            }
        } catch let loss as LeaseLoss {
            self.writing = nil
            outcome = "lost the lease"
            return what + ": \(loss)"
        }
    }

    /// - Parameter isLast: whether the slice is done with it.
    private mutating func apply(
        _ part: EventPlan, _ next: Writing, _ what: String, _ bench: Bench, isLast: Bool = true
    ) async throws -> String {
        let said = "apply of \(what)"
        if case .moved(let key)? = try await bench.repairs.apply([part]).first {
            // Its outcome is noted.
            if rules.journal == .ahead { entries.removeLast(unrecorded.count) }
            return moved(said, key)
        }
        guard isLast else { return said }
        finish(next)
        return self.writing == nil && !isWhole ? said + lookAgain() : said
    }

    private mutating func finish(_ next: Writing) {
        if case .slices(let slices) = next, slices.phase != .done {
            writing = next
            return
        }
        writing = nil
        if isWhole { outcome = "applied" }
    }

    private mutating func moved(_ said: String, _ key: [UInt8]) -> String {
        writing = nil
        look.fail()
        return said + ": moved, \(printable(key))" + lookAgain()
    }
}
