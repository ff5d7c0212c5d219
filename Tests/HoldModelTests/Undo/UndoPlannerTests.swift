import HoldModel
import Testing

/// The way back of one event, as a table of facts: what is there, what was there before a run, and what the run has left.
@Suite struct UndoPlannerTests {
    /// A leak of four seats that a run has mended: `stalls` was (100, 10, 4, 86) at version 7, and is (100, 10, 0, 90) at 8.
    private func mended(_ change: (inout Sample) -> Void = { _ in }) -> Sample {
        var sample = Sample()
        sample.stallsInventory = .counts(100, 10, 0, 90, version: 8)
        change(&sample)
        return sample
    }

    private let leak = EarlierState(counts: [
        stalls: .init(
            before: .hash(hash(100, 10, 4, 86, version: 7)), left: [.counts(100, 10, 0, 90, version: 8)])
    ])

    private static func hash(
        _ total: Int64, _ sold: Int64, _ pending: Int64, _ available: Int64, version: Int64
    ) -> WholeHash {
        let numbers = [
            ("total", total), ("sold", sold), ("pending", pending), ("available", available), ("version", version),
        ]
        let fields = numbers.map { name, number in
            WholeHash.Field(name: Array(name.utf8), value: Array(String(number).utf8))
        }
        return WholeHash(fields: fields, expiresAt: nil)
    }

    private func undo(_ sample: Sample, _ earlier: EarlierState?) -> EventPlan {
        var sample = sample
        sample.policy.undoing = EarlierStates(named: "journal") { _ in earlier.map { .success($0) } }
        return sample.plan
    }

    private func isRefused(_ plan: EventPlan, _ words: String) -> Bool {
        guard case .refused(let reason) = plan.standing else { return false }
        return reason.contains(words) && plan.holds.isEmpty && plan.counts.isEmpty
    }

    @Test func whatNobodyHasTouchedGoesBackAndItsVersionGrows() {
        let plan = undo(mended(), leak)
        #expect(plan.standing == .differs)
        #expect(plan.counts.map(\.counts) == [Counts(total: 100, sold: 10, pending: 4, available: 86)])
        #expect(plan.counts.map(\.version) == [9])
        #expect(plan.counts.map(\.edit) == [.write])
        #expect(plan.counts.map(\.before) == [.counts(100, 10, 0, 90, version: 8)])
    }

    @Test func thereIsNothingToDoWhereItIsAsItWas() {
        for version: Int64 in [7, 9, 700] {
            let plan = undo(mended { $0.stallsInventory = .counts(100, 10, 4, 86, version: version) }, leak)
            #expect(plan.standing == .agrees)
            #expect(plan.counts.isEmpty)
        }
        #expect(undo(mended(), nil).standing == .agrees)
    }

    @Test(arguments: [
        InventoryState.counts(100, 10, 2, 88, version: 9), .counts(100, 10, 0, 90, version: 9),
        .counts(100, 10, 0, 90, version: 7), .absent, .otherType,
    ])
    func whatIsNotAsTheRunHasLeftItIsLeft(_ state: InventoryState) {
        let plan = undo(mended { $0.stallsInventory = state }, leak)
        #expect(isRefused(plan, "moved"))
        #expect(plan.findings.map(\.cause) == [.movedSince])
        #expect(plan.findings.map(\.outcome) == [.moved])
    }

    /// One key of the event has moved: none goes back.
    @Test func anEventGoesBackAsAWhole() {
        var earlier = leak
        earlier.counts[circle] = .init(
            before: .hash(Self.hash(50, 5, 1, 44, version: 7)), left: [.counts(50, 5, 0, 45, version: 8)])
        let plan = undo(mended { $0.circleInventory = .counts(50, 5, 3, 42, version: 9) }, earlier)
        #expect(isRefused(plan, "moved"))
        #expect(plan.findings.map(\.category) == [circle])
    }

    /// The run was killed: its last change is in the journal and was never made, so the one before it is what it left.
    @Test func theLastOfTwoChangesWasNeverMade() {
        let earlier = EarlierState(counts: [
            stalls: .init(
                before: .hash(Self.hash(100, 10, 4, 86, version: 7)),
                left: [.counts(100, 10, 2, 88, version: 8), .counts(100, 10, 0, 90, version: 9)])
        ])
        for (state, version): (InventoryState, Int64) in [
            (.counts(100, 10, 2, 88, version: 8), 9), (.counts(100, 10, 0, 90, version: 9), 10),
        ] {
            let plan = undo(mended { $0.stallsInventory = state }, earlier)
            #expect(plan.counts.map(\.counts.pending) == [4])
            #expect(plan.counts.map(\.version) == [version])
        }
        #expect(undo(mended { $0.stallsInventory = .counts(100, 10, 4, 86) }, earlier).standing == .agrees)
    }

    /// The run has taken seats off sale, and by now they are sold or promised.
    @Test func seatsThatAreSoldByNowStayOffSale() {
        let earlier = EarlierState(counts: [
            stalls: .init(
                before: .hash(Self.hash(100, 0, 0, 100, version: 7)), left: [.counts(100, 10, 0, 90, version: 8)])
        ])
        #expect(isRefused(undo(mended(), earlier), "10 seats on sale that are sold or promised by now"))
        let held = mended {
            $0.categories[0] = CategoryRow(id: stalls, total: 100, sold: 0)
            $0.holds = [.sample("buyer", .held, seats(3))]
        }
        #expect(isRefused(undo(held, earlier), "3 seats on sale that are sold or promised by now"))
        let unsold = mended { $0.categories[0] = CategoryRow(id: stalls, total: 100, sold: 0) }
        #expect(undo(unsold, earlier).standing == .differs)
    }

    @Test func whatCannotComeBackIsRefused() {
        var earlier = leak
        earlier.counts[CategoryID("gone")] = .init(before: .absent, left: [])
        #expect(isRefused(undo(mended(), earlier), "SQL does not have category gone"))
        let otherType = EarlierState(counts: [
            stalls: .init(before: .otherType, left: [.counts(100, 10, 0, 90, version: 8)])
        ])
        #expect(isRefused(undo(mended(), otherType), "was no hash"))
        let unknown = EarlierState(holds: [HoldToken("t"): .init(before: .absent, score: nil, left: [])])
        #expect(isRefused(undo(mended(), unknown), "holds:t was not looked at"))
    }

    @Test func aHashThatWasNotThereIsDeletedAgain() {
        let earlier = EarlierState(counts: [
            stalls: .init(before: .absent, left: [.counts(100, 10, 0, 90, version: 8)])
        ])
        let plan = undo(mended(), earlier)
        #expect(plan.counts.map(\.edit) == [.delete])
        #expect(plan.counts.map(\.raise) == [-90])
    }
}
