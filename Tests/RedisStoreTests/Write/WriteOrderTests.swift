import HoldModel
import RedisStore
import TestTables
import Testing

/// In which order repairs are written, and what ends them, without a server.
@Suite struct WriteOrderTests {
    private static let now = Timestamp(milliseconds: 1_777_636_800_000)
    private static let keys = KeySpace(prefix: "")

    /// An event of two categories, and one order of two seats in the first.
    private static let table = SnapshotTable([
        EventSnapshot(
            event: EventID("e"),
            categories: ["c", "d"].map { CategoryRow(id: CategoryID($0), total: 10, sold: 0) },
            orders: [
                Order(
                    id: OrderID("o"), token: HoldToken("t"), event: EventID("e"), status: .pendingPayment,
                    expiresAt: now.adding(seconds: 600), createdAt: now, paidAt: nil,
                    lines: [SeatLine(category: CategoryID("c"), quantity: 2)])
            ])
    ])

    private var creation: EventCreation {
        get throws { try #require(EventCreation(0, of: Self.table, policy: Policy(), now: Self.now)) }
    }

    private func outcome(_ progress: CreationProgress) throws -> ApplyOutcome {
        progress.outcome(of: try creation, in: Self.table, Self.keys)
    }

    @Test func inventoriesAreCreatedBeforeHolds() throws {
        var progress = CreationProgress(hasHolds: true)
        #expect(progress.next == .inventories)
        #expect(try outcome(progress) == .interrupted())
        progress.take(.written)
        #expect(progress.next == .holds)
        progress.take(.written)
        #expect(progress.next == nil)
        #expect(try outcome(progress) == .applied)
    }

    @Test func anEventWithoutHoldsIsDoneWithItsInventories() {
        var progress = CreationProgress(hasHolds: false)
        progress.take(.written)
        #expect(progress.next == nil)
    }

    @Test(arguments: [CreationProgress.Answer.met([1]), .met([0, 1]), .unknown])
    func noHoldFollowsInventoriesThatWereNotAllNew(_ answer: CreationProgress.Answer) {
        var progress = CreationProgress(hasHolds: true)
        progress.take(answer)
        #expect(progress.next == nil)
    }

    @Test func whatWasWrittenOfACreationIsTold() throws {
        let both = [CategoryID("c"), CategoryID("d")]
        let counts = PlanPart(categories: Set(both))
        let hold = PlanPart(holds: [HoldToken("t")])
        let all = PlanPart(holds: [HoldToken("t")], categories: Set(both))
        let answers: [(CreationProgress.Answer?, CreationProgress.Answer?, ApplyOutcome)] = [
            (.met([0]), nil, .cut(key: Array("inventory:e:c".utf8), written: PlanPart(categories: [both[1]]))),
            (.met([0, 1]), nil, .moved(key: Array("inventory:e:c".utf8))),
            (.unknown, nil, .interrupted(unknown: counts)),
            (.written, nil, .interrupted(written: counts)),
            (.written, .met([0]), .cut(key: Array("holds:t".utf8), written: counts)),
            (.written, .membersMet, .cut(key: Self.keys.index, written: all)),
            (.written, .refused, .cut(key: Array("hold-reconciler:lease".utf8), written: counts)),
            (.written, .unknown, .interrupted(written: counts, unknown: hold)),
        ]
        for (inventories, holds, expected) in answers {
            var progress = CreationProgress(hasHolds: true)
            if let inventories { progress.take(inventories) }
            if let holds { progress.take(holds) }
            #expect(try outcome(progress) == expected)
        }
    }

    /// The slices of a plan, one key each.
    private func phases(_ slices: PlanSlices) -> [PlanSlices.Phase] {
        var (slices, phases) = (slices, [PlanSlices.Phase]())
        while slices.phase != .done {
            phases.append(slices.phase)
            if slices.takeNewHolds(1) == nil { _ = slices.next(1) }
        }
        return phases
    }

    @Test func aLargeCreationPutsSeatsOnSaleLast() throws {
        let slices = PlanSlices(creating: try creation, of: Self.table)
        #expect(phases(slices) == [.preceding, .preceding, .holds, .raising, .raising])
    }

    @Test func newHoldsComeByPlacesAndNotAsAPlan() throws {
        var slices = PlanSlices(creating: try creation, of: Self.table)
        #expect(slices.takeNewHolds() == nil)
        #expect(slices.next(2)?.counts.map(\.counts.available) == [0, 0])
        #expect(slices.next(2) == nil)
        #expect(slices.takeNewHolds() == 0..<1)
        #expect(slices.next(2)?.counts.map(\.counts.available) == [8, 10])
    }

    @Test func aSliceThatFoundRedisChangedIsTheLast() throws {
        var slices = PlanSlices(creating: try creation, of: Self.table)
        _ = slices.next(1)
        slices.end()
        #expect(slices.phase == .done && slices.next(1) == nil && slices.takeNewHolds() == nil)
    }

    @Test func theHoldsOfAHotRepairGoBeforeItsCounts() {
        var repair = HotRepair(EventID("e"), holds: [], shifts: [])
        #expect(repair.next == .holds)
        repair.take(.applied)
        #expect(repair.next == .counts)
        repair.take(.applied)
        #expect(repair.next == nil)
    }

    @Test(arguments: [ApplyOutcome.moved(key: []), .cut(key: [], written: PlanPart()), .interrupted()])
    func noCountsAreShiftedBehindHoldsThatDidNotFit(_ outcome: ApplyOutcome) {
        var repair = HotRepair(EventID("e"), holds: [], shifts: [])
        repair.take(outcome)
        #expect(repair.next == nil)
    }

    @Test(
        "a large survey reads its holds before its counts",
        arguments: [(1, ["1+0", "1+0", "1+0", "0+1", "0+1"]), (2, ["2+0", "1+1", "0+1"]), (9, ["3+2"])])
    func surveysAreSliced(_ keys: Int, _ expected: [String]) {
        let request = SurveyRequest(
            event: EventID("e"), categories: [CategoryID("c"), CategoryID("d")],
            tokens: ["1", "2", "3"].map { HoldToken($0) })
        let slices = request.slices(atMost: keys)
        #expect(slices.map { "\($0.tokens.count)+\($0.categories.count)" } == expected)
        #expect(slices.flatMap(\.tokens) == request.tokens && slices.flatMap(\.categories) == request.categories)
    }

    @Test func aSurveyOfNothingHasNoSlices() {
        #expect(SurveyRequest(event: EventID("e"), categories: [], tokens: []).slices(atMost: 2).isEmpty)
    }
}
