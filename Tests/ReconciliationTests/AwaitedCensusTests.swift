import HoldModel
import Testing

@testable import Reconciliation

/// What a census knows of tokens that it leaves to the walk.
@Suite struct AwaitedCensusTests {
    private let event = EventID("event")

    @Test func aTokenThatWasAskedForAndPlacedLaterIsThereOnce() {
        var census = Census()
        for token in ["own", "strange"] { census.await(HoldToken(token)) }
        census.meet([HoldToken("own"), HoldToken("strange")], own: [HoldToken("own")], at: event)
        let left = census.takeAwaited(among: [HoldToken("own"), HoldToken("strange"), HoldToken("new")])
        #expect(left == [HoldToken("strange")])
        census.place(HoldToken("strange"), in: event)
        #expect(census.tokens(of: event) == [HoldToken("own"), HoldToken("strange")])
    }

    @Test func whatIsPlacedIsNotAwaitedAgain() {
        var census = Census()
        let wasNew = census.notice(HoldToken("known"))
        census.await(HoldToken("known"))
        let left = census.takeAwaited(among: [HoldToken("known")])
        let isNew = census.notice(HoldToken("known"))
        #expect(wasNew && !isNew)
        #expect(left.isEmpty)
    }

    @Test func afterTheWalkOnlyTheEventsThatAreLookedAtAgainKeepWhatItMet() {
        var census = Census()
        census.meet([HoldToken("a")], own: [], at: event)
        census.meet([HoldToken("b")], own: [], at: EventID("other"))
        census.endWalk(keeping: [event])
        #expect(census.tokens(of: event) == [HoldToken("a")])
        #expect(census.tokens(of: EventID("other")).isEmpty)
    }

    @Test func whatWaitsAndLeftTheIndexIsNewWhereItIsSeenAgain() {
        var census = Census()
        census.await(HoldToken("gone"))
        census.await(HoldToken("hash only"), isIndexed: false)
        census.await(HoldToken("met"), isIndexed: false)
        census.meet([HoldToken("met")], own: [HoldToken("met")], at: event)
        let unindexed = census.takeUnindexed()
        #expect(unindexed == [HoldToken("hash only")])
        #expect(census.awaitedCount == 1)
        census.forgetAwaited()
        #expect(!census.isKnown(HoldToken("gone")))
        #expect(["hash only", "met"].allSatisfy { census.isKnown(HoldToken($0)) })
        let isNew = census.notice(HoldToken("gone"))
        #expect(isNew)
    }

    @Test func packedTokensAreTheSameAfterwards() {
        for lengths in [[], [0], [1, 0, 127, 128, 129, 16_383, 16_384, 70_000], [36, 36]] {
            let tokens = lengths.map { HoldToken((0..<$0).map { UInt8(truncatingIfNeeded: $0) }) }
            #expect(PackedTokens(tokens).tokens == tokens)
        }
    }
}
