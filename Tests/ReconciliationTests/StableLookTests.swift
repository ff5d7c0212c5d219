import HoldModel
import RedisStore
import Testing

@testable import Reconciliation

/// What follows from one look after another, without a server and without waiting.
@Suite struct StableLookTests {
    private static let event = EventID("gala")
    private static let category = CategoryID("stalls")
    private static let now = Timestamp(milliseconds: 1_777_636_800_000)
    private static let begin = ContinuousClock.now

    /// A look at an event where nobody holds a seat.
    private func look(pending: Int, of total: Int = 10, version: String? = "7") -> EventLook {
        func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
        let snapshot = EventSnapshot(
            event: Self.event, categories: [CategoryRow(id: Self.category, total: 10, sold: 0)], orders: [])
        let fields = InventoryFields(
            total: bytes("10"), sold: bytes("0"), pending: bytes("\(pending)"), available: bytes("\(total - pending)"),
            version: version.map(bytes))
        return EventLook(
            snapshot, SurveyRequest(event: Self.event, categories: [Self.category], tokens: []),
            EventSurvey(inventory: [.hash(fields)], holds: []), Policy(), now: Self.now)
    }

    private var look: StableLook { StableLook(event: Self.event, tokens: []) }

    /// Takes all steps of a look, and concludes.
    ///
    /// - Parameters:
    ///   - seconds: since the first look.
    ///   - walks: whether the keyspace is walked where the look asks for it.
    private func conclude(
        _ look: inout StableLook, _ shown: EventLook, after seconds: Int, walks: Bool = true,
        _ change: (inout StableLook.Rules) -> Void = { _ in }
    ) -> StableLook.Conclusion {
        var rules = StableLook.Rules()
        change(&rules)
        look.begin()
        while let step = look.next(rules) {
            if step == .keyspace, walks { look.take(KeyspaceWalk(), rules) } else { look.take(step, rules) }
        }
        return look.conclude(shown, rules, Policy(), at: Self.begin + .seconds(seconds)).1
    }

    @Test func whatAgreesIsDone() {
        var look = look
        #expect(conclude(&look, self.look(pending: 0), after: 0) == .agrees)
    }

    @Test func seatsGoBackOnSaleWhenTwoLooksShowTheSame() {
        var look = look
        #expect(conclude(&look, self.look(pending: 4), after: 0) == .tighten)
        #expect(look.needsKeyspace)
        #expect(conclude(&look, self.look(pending: 4), after: 2) == .write)
    }

    @Test func aSecondLookThatComesTooSoonProvesNothing() {
        var look = look
        #expect(conclude(&look, self.look(pending: 4), after: 0) == .tighten)
        #expect(conclude(&look, self.look(pending: 4), after: 1) == .tighten)
    }

    @Test func aSecondLookThatFreesMoreIsAFirstOneAgain() {
        var look = look
        #expect(conclude(&look, self.look(pending: 4), after: 0) == .tighten)
        #expect(conclude(&look, self.look(pending: 5), after: 3) == .tighten)
        #expect(look.failedLooks == 1)
        #expect(conclude(&look, self.look(pending: 5), after: 6) == .write)
    }

    @Test func aSecondLookMayFreeLess() {
        var look = look
        #expect(conclude(&look, self.look(pending: 4), after: 0) == .tighten)
        #expect(conclude(&look, self.look(pending: 3), after: 2) == .write)
    }

    @Test func oneLookIsEnoughWhereTheOperatorSaysSoAndTheKeyspaceIsKnown() {
        var look = look
        #expect(conclude(&look, self.look(pending: 4), after: 0) { $0.releaseAfter = .zero } == .tighten)
        #expect(conclude(&look, self.look(pending: 4), after: 0) { $0.releaseAfter = .zero } == .write)
    }

    @Test func whatTakesSeatsOffSaleDoesNotWait() {
        var look = look
        #expect(conclude(&look, self.look(pending: 0, of: 12), after: 0) == .write)
    }

    @Test func withTrafficStoppedOneLookIsEnough() {
        var look = look
        #expect(conclude(&look, self.look(pending: 4), after: 0) { $0.isLive = false } == .write)
    }

    @Test func checkFindsALeakOnlyWhenItKnowsTheKeyspace() {
        var look = look
        #expect(conclude(&look, self.look(pending: 4), after: 0) { $0.mayWrite = false } == .again)
        #expect(conclude(&look, self.look(pending: 4), after: 0) { $0.mayWrite = false } == .found)
    }

    @Test func checkFindsAtOnceWhatPutsNoSeatOnSale() {
        var look = look
        #expect(conclude(&look, self.look(pending: 0, of: 12), after: 0) { $0.mayWrite = false } == .found)
    }

    /// The steps of a look, in their order.
    private func steps(
        _ look: StableLook, _ change: (inout StableLook.Rules) -> Void = { _ in }
    ) -> [StableLook.Step] {
        var (look, rules, steps) = (look, StableLook.Rules(), [StableLook.Step]())
        change(&rules)
        look.begin()
        while let step = look.next(rules) {
            steps.append(step)
            look.take(step, rules)
        }
        return steps
    }

    @Test func theCountsAreReadFirstAndTheSurveyLast() {
        #expect(steps(look) == [.lists, .counts, .index, .snapshot, .survey])
    }

    @Test func theKeyspaceIsWalkedBetweenTheCountsAndTheSnapshotInsteadOfTheIndex() {
        var look = look
        _ = conclude(&look, self.look(pending: 4), after: 0)
        #expect(steps(look) == [.lists, .counts, .keyspace, .snapshot, .survey])
    }

    @Test func answersOfSQLAreReadBeforeTheListsAndEverAgain() {
        var asking = look
        asking.needsAnswers = true
        #expect(steps(asking) == [.answers, .lists, .counts, .index, .snapshot, .survey])
        #expect(steps(look) { $0.hasAnswers = true } == [.answers, .lists, .counts, .index, .snapshot, .survey])
    }

    @Test func aStandbyHasReplayedBeforeItsSnapshot() {
        #expect(steps(look) { $0.readsStandby = true } == [.lists, .counts, .index, .replay, .snapshot, .survey])
    }

    @Test func withTrafficStoppedAllKeysAreWalkedUnlessTheRunHasDoneSo() {
        #expect(steps(look) { $0.isLive = false } == [.lists, .counts, .keyspace, .snapshot, .survey])
        var look = look
        look.walked = KeyspaceWalk()
        #expect(steps(look) { $0.isLive = false } == [.lists, .counts, .index, .snapshot, .survey])
        #expect(conclude(&look, self.look(pending: 4), after: 0) { $0.isLive = false } == .write)
        look.fail()
        #expect(steps(look) { $0.isLive = false } == [.lists, .counts, .keyspace, .snapshot, .survey])
    }

    @Test func withTrafficStoppedNoSeatGoesOnSaleWithoutAWalkOfAllKeysEither() {
        var look = look
        #expect(conclude(&look, self.look(pending: 4), after: 0, walks: false) { $0.isLive = false } == .tighten)
        #expect(conclude(&look, self.look(pending: 4), after: 0) { $0.isLive = false } == .write)
    }

    @Test func withoutAWalkOfTheKeyspaceNoSeatGoesOnSale() {
        var look = look
        for second in 0..<4 {
            #expect(conclude(&look, self.look(pending: 4), after: 3 * second, walks: false) == .tighten)
        }
    }

    @Test func theWalkOfALookBeforeProvesNothing() {
        var look = look
        #expect(conclude(&look, self.look(pending: 4), after: 0) == .tighten)
        #expect(conclude(&look, self.look(pending: 4), after: 1) == .tighten)
        #expect(conclude(&look, self.look(pending: 4), after: 4, walks: false) == .tighten)
    }

    @Test func aLookAtAnEventThatMovedConcludesNothing() {
        var look = look
        look.counts = self.look(pending: 3).survey.inventory
        #expect(conclude(&look, self.look(pending: 0), after: 0) == .again)
        #expect(look.failedLooks == 1)
    }

    @Test func anEventStandsStillWhereItsCountsAreAsTheLookBegan() {
        var look = look
        #expect(look.stoodStill(self.look(pending: 4)), "nothing was read first where nothing moves")
        look.counts = self.look(pending: 4).survey.inventory
        #expect(look.stoodStill(self.look(pending: 4)))
        #expect(!look.stoodStill(self.look(pending: 4, version: "8")))
    }

    /// The platform's guide for a rebuild by hand writes version 1.
    @Test(arguments: [("7", "7", true), ("7", "9", true), ("7", "6", false), ("7", "1", false)])
    func aVersionThatWentBackIsThatOfAnotherHash(_ first: String, _ second: String, _ isSame: Bool) {
        var look = look
        #expect(conclude(&look, self.look(pending: 4, version: first), after: 0) == .tighten)
        #expect(conclude(&look, self.look(pending: 4, version: second), after: 2) == (isSame ? .write : .tighten))
    }

    @Test func aVersionThatCannotBeReadIsForTheCountsToTell() throws {
        let shown = try #require(ReleaseProof(look(pending: 4).plan))
        let unread = look(pending: 4, version: nil)
        #expect(FirstProof(unread, shown, at: Self.begin).isOfSameHashes(as: look(pending: 4, version: "1")))
        #expect(FirstProof(look(pending: 4), shown, at: Self.begin).isOfSameHashes(as: look(pending: 4, version: "x")))
    }
}

/// What a conclusion is, without its plan.
private enum Word {
    case agrees, refused, deferred, again, found, write, tighten
}

private func == (conclusion: StableLook.Conclusion, word: Word) -> Bool {
    switch conclusion {
    case .agrees: word == .agrees
    case .refused: word == .refused
    case .deferred: word == .deferred
    case .again: word == .again
    case .found: word == .found
    case .write: word == .write
    case .tighten: word == .tighten
    }
}
