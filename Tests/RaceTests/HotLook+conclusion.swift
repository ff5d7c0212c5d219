import HoldModel
import RedisStore
import TestOutcomes

extension HotLook {
    /// What follows from a look, once it is whole.
    mutating func conclude(_ model: RaceModel) -> String {
        if let second, second != snapshot { return ": orders changed" + lookAgain() }
        let plan = EventPlan(
            snapshot: snapshot, survey: EventSurvey(inventory: inventory, holds: holds), policy: Policy(),
            now: Timestamp(milliseconds: model.now * 1000))
        let named = Dictionary(zip(snapshot.categories.map(\.id), inventory), uniquingKeysWith: { first, _ in first })
        guard plan.standing == .differs || plan.standing == .agrees, let evidence = HotEvidence(plan, inventory: named)
        else { return ": \(plan.standing)" + lookAgain() }
        guard plan.standing == .differs else {
            outcome = "agrees"
            return ": agrees"
        }
        if shown.last != evidence { shown = [] }
        shown.append(evidence)
        guard shown.count >= rules.alike else { return ": differs" + lookAgain() }
        changes = plan.holds
        counts = plan.counts
        shifts = evidence.shifts
        return ": differs as before"
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
                shown = []
                return what + ": moved, \(String(decoding: key, as: UTF8.self))" + lookAgain()
            }
        } catch let loss as LeaseLoss {
            (changes, shifts) = (nil, nil)
            outcome = "lost the lease"
            return what + ": \(loss)"
        }
    }

    mutating func lookAgain() -> String {
        (changes, shifts, second, holds, inventory, counts) = (nil, nil, nil, [], [], [])
        (at, surveys) = (0, 0)
        looks += 1
        guard looks < rules.looks else {
            outcome = "deferred"
            return ", left"
        }
        return ", again"
    }
}
