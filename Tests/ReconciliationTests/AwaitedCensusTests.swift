import HoldModel
import RedisStore
import TestTables
import Testing

@testable import Reconciliation

/// What a census knows of tokens that it leaves to the walk.
@Suite struct AwaitedCensusTests {
    private let event = EventID("event")

    @Test func aTokenThatWasAskedForAndPlacedLaterIsThereOnce() {
        var census = Census()
        for token in ["own", "strange"] { census.await(token, 7) }
        census.meet(MetEvent(event, asked: tokens("own", "strange"), own: tokens("own")))
        let left = census.takeAwaited(among: tokens("own", "strange", "new")).map(\.token)
        #expect(left == tokens("strange"))
        census.place(HoldToken("strange"), in: event)
        #expect(census.tokens(of: event) == tokens("own", "strange"))
    }

    @Test func whatIsPlacedIsNotAwaitedAgain() {
        var census = Census()
        let wasNew = census.notice(HoldToken("known"))
        census.await("known", 7)
        let left = census.takeAwaited(among: tokens("known")).map(\.token)
        let isNew = census.notice(HoldToken("known"))
        #expect(wasNew && !isNew)
        #expect(left.isEmpty)
    }

    @Test func afterTheWalkOnlyTheEventsThatAreLookedAtAgainKeepWhatItMet() {
        var census = Census()
        census.meet(MetEvent(event, asked: tokens("a"), own: []))
        census.meet(MetEvent(EventID("other"), asked: tokens("b"), own: []))
        census.endWalk(keeping: [event])
        #expect(census.tokens(of: event) == tokens("a"))
        #expect(census.tokens(of: EventID("other")).isEmpty)
    }

    @Test func whatWaitsAndLeftTheIndexIsNewWhereItIsSeenAgain() {
        var census = Census()
        census.await("gone", 7)
        census.awaitUnindexed(tokens("hash only", "met"))
        census.meet(MetEvent(event, asked: tokens("met"), own: tokens("met")))
        let unmet = census.takeUnmet()?.map(\.token)
        #expect(unmet == tokens("hash only"))
        #expect(census.takeUnmet() == nil)
        census.forgetAwaited()
        #expect(!census.isKnown(HoldToken("gone")))
        #expect(["hash only", "met"].allSatisfy { census.isKnown(HoldToken($0)) })
        let isNew = census.notice(HoldToken("gone"))
        #expect(isNew)
    }

    /// The walk of the index and that over SQL meet a token in any order.
    @Test(arguments: [true, false], [7, 8] as [Int64])
    func aMemberWithAnotherScoreThanItsHashSaysHasItsEventLookedAtAgain(_ isIndexFirst: Bool, _ score: Int64) {
        var census = Census()
        census.beginIndexBesideWalk()
        if isIndexFirst { census.await("a", score) }
        census.meet(MetEvent(event, holding: ("a", 7)))
        if !isIndexFirst { census.await("a", score) }
        census.endIndexBesideWalk()
        let late = census.takeAwaited(among: tokens("a")).map(\.token)
        let misindexed = census.takeMisindexed()
        #expect(late.isEmpty == (score == 7 || isIndexFirst))
        #expect(misindexed == (score == 8 && isIndexFirst ? [event] : []))
        #expect(census.isKnown(HoldToken("a")))
    }

    @Test(arguments: [true, false])
    func aHoldWithoutTheMemberThatItMustHaveHasItsEventLookedAtAgain(_ isIndexOpen: Bool) {
        var census = Census()
        census.await("there", 5)
        if isIndexOpen { census.beginIndexBesideWalk() }
        census.meet(MetEvent(event, holding: ("there", 5)))
        census.meet(MetEvent(EventID("other"), holding: ("missing", 7)))
        census.endIndexBesideWalk()
        let misindexed = census.takeMisindexed()
        #expect(misindexed == [EventID("other")])
        // Wherever it turns up later it is new.
        #expect(!census.isKnown(HoldToken("missing")))
    }

    @Test func aScoreThatIsNoWholeSecondAgreesWithNoHash() {
        #expect(MemberScore(seconds: 7).agrees(with: MemberScore(Array("7".utf8).span)))
        for text in ["7.5", "inf", "1.7e+18", ""] {
            #expect(!MemberScore(seconds: 7).agrees(with: MemberScore(Array(text.utf8).span)))
        }
    }

    /// Such as milliseconds: they do not fit where scores are kept, so the look must compare them.
    @Test(arguments: [-1, 1 << 32, 1_700_000_000_000]) func aScoreOfOtherTimesAgreesWithNone(_ seconds: Int64) {
        #expect(!MemberScore(seconds: seconds).agrees(with: MemberScore(Array("\(seconds)".utf8).span)))
        #expect(MemberScore.any.agrees(with: MemberScore(Array("\(seconds)".utf8).span)))
    }

    private func tokens(_ names: String...) -> [HoldToken] { names.map { HoldToken($0) } }
}

extension MetEvent {
    /// An event of one hold, by its token and the second of its expiry.
    fileprivate init(_ event: EventID, holding hold: (token: String, expiry: Int64)) {
        let table = SnapshotTable([
            EventSnapshot(
                event: event, categories: [],
                orders: [
                    Order(
                        id: OrderID("order"), token: HoldToken(hold.token), event: event, status: .processing,
                        expiresAt: nil, createdAt: nil, lines: [])
                ])
        ])
        self.init(0, of: table, scores: [.seconds(hold.expiry)])
    }
}

extension Census {
    fileprivate mutating func await(_ token: String, _ score: Int64) {
        self.await(TokenDigest(HoldToken(token)), MemberScore(seconds: score))
    }
}
