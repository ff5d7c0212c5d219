import HoldModel
import Reconciliation
import RedisStore
import TestOutcomes

extension HotRun {
    /// What follows from a look, once it is whole.
    mutating func conclude(_ model: RaceModel) -> String {
        let now = Timestamp(milliseconds: model.now * 1000)
        guard let plan = look.plan(Policy(), now: now) else { return ": nothing" + lookAgain() }
        let conclusion = look.conclude(plan, rules.looking, Policy(), now: now, obstacle: nil, at: instant)
        switch conclusion {
        case .agrees: outcome = "agrees"
        case .behind: outcome = "SQL is behind"
        case .found: outcome = "found"
        case .left: outcome = "deferred"
        case .again: return ": \(plan.standing)" + lookAgain()
        case .write(let shifts): (changes, counts, self.shifts) = (plan.holds, plan.counts, shifts)
        }
        return ": \(plan.standing)"
    }

    /// The holds by compare-and-set, at one instant.
    mutating func change(_ changes: [HoldChange], _ bench: Bench) async throws -> String {
        self.changes = nil
        let what = "\(changes.count) holds of the repair"
        return try await write(what, bench) { bench in
            try await bench.repairs.apply([
                EventPlan(event: Bench.event, standing: .differs, findings: [], holds: changes, counts: [])
            ]).first
        }
    }

    /// Then the counts by increments.
    mutating func shift(_ shifts: [CountShift], _ bench: Bench) async throws -> String {
        self.shifts = nil
        let what = "shift of \(shifts.count) counts"
        let (counts, setsCounts) = (counts, rules.setsCounts)
        let said = try await write(what, bench) { bench in
            guard setsCounts else { return try await bench.repairs.shift(Bench.event, holds: [], by: shifts) }
            return try await bench.repairs.apply([
                EventPlan(event: Bench.event, standing: .differs, findings: [], holds: [], counts: counts)
            ]).first
        }
        if said == what { outcome = "applied" }
        return said
    }

    private mutating func write(
        _ what: String, _ bench: Bench, _ body: (Bench) async throws -> ApplyOutcome?
    ) async throws -> String {
        do {
            switch try await body(bench) {
            case .applied, nil: return what
            // Its error has been thrown.
            case .interrupted: return what + ": interrupted"
            case .moved(let key), .cut(let key, _):
                _ = look.moved(printable(key), rules.looking)
                return what + ": moved, \(printable(key))" + lookAgain()
            }
        } catch let loss as LeaseLoss {
            (changes, shifts) = (nil, nil)
            outcome = "lost the lease"
            return what + ": \(loss)"
        }
    }

    mutating func lookAgain() -> String {
        (changes, shifts, counts) = (nil, nil, [])
        at = 0
        looks += 1
        guard looks < rules.looks else {
            outcome = "deferred"
            return ", left"
        }
        return ", again"
    }
}
