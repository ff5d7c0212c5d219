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
        case .write(let shifts):
            counts = plan.counts
            repair = HotRepair(Bench.event, holds: plan.holds, shifts: shifts, parts: rules.parts)
        }
        return ": \(plan.standing)"
    }

    /// Writes the next part of the repair.
    mutating func write(_ repair: HotRepair, _ bench: Bench) async throws -> String {
        guard let part = repair.next else { preconditionFailure("a repair without an end") }
        var what = "shift of \(repair.shifts.count) counts"
        if part == .holds { what = "\(repair.holds.count) holds of the repair" }
        do {
            guard let became = try await write(part, of: repair, bench) else { return what }
            var next = repair
            next.take(became)
            self.repair = next.next == nil ? nil : next
            switch became {
            case .applied:
                if next.next == nil { outcome = "applied" }
            // Its error has been thrown.
            case .interrupted: return what + ": interrupted"
            case .moved(let key), .cut(let key, _):
                _ = look.moved(printable(key), rules.looking)
                return what + ": moved, \(printable(key))" + lookAgain()
            }
            return what
        } catch let loss as LeaseLoss {
            self.repair = nil
            outcome = "lost the lease"
            return what + ": \(loss)"
        }
    }

    private func write(_ part: HotRepair.Part, of repair: HotRepair, _ bench: Bench) async throws -> ApplyOutcome? {
        if part == .holds { return try await bench.repairs.apply([repair.plan]).first }
        if rules.setsCounts {
            let plan = EventPlan(event: Bench.event, standing: .differs, findings: [], holds: [], counts: counts)
            return try await bench.repairs.apply([plan]).first
        }
        return try await bench.repairs.write(
            HotRepair(Bench.event, holds: [], shifts: repair.shifts, parts: [.counts]))
    }

    mutating func lookAgain() -> String {
        (repair, counts) = (nil, [])
        at = 0
        looks += 1
        guard looks < rules.looks else {
            outcome = "deferred"
            return ", left"
        }
        return ", again"
    }
}
