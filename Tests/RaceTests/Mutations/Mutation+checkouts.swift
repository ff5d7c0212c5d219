import Reconciliation
import TestPlatform

extension Mutation {
    private static let one = [RaceHold("h1", Seats("c", 2))]
    private static let two = [RaceHold("h1", Seats("c", 2)), RaceHold("h2", Seats("c", 3))]

    /// One look is enough in these: a second one only makes the bad schedules longer.
    private static func oneLook(_ rules: inout RaceProtocol) {
        rules.needsOneLook()
    }

    private static func oneLookAtEvidence(_ rules: inout RaceProtocol) {
        oneLook(&rules)
        Scenario.readingEvidence(&rules)
    }

    private static let deadLetter = Scenario(
        "a dead letter of a call that failed", one, history: Scenario.accepted + [.failCall(0), .pass(7200)],
        actors: [[.bury(0), .replay(0)] + Scenario.soldLate], oneLookAtEvidence)

    static let ofCheckouts: [Mutation] = [
        .looks(
            "accepted checkouts expire",
            Scenario(
                "an accepted checkout whose hash has ended", two,
                history: Scenario.accepted + [.pass(7200), .dropHash(0)],
                actors: [Scenario.soldLate, [.acquire(1), .release(1)]], oneLook)
        ) { $0.judgement = .acceptedExpires },
        .looks(
            "a call that failed is evidence at once",
            Scenario(
                "a call that fails before another sends the message", one,
                history: Array(Scenario.accepted.prefix(4)) + [.pass(60)],
                actors: [[.failCall(0), .send(0)] + Scenario.soldLate], oneLookAtEvidence)
        ) { $0.abandonedAfter = 0 },
        .looks("the finalizer's lists are not read", deadLetter) { $0.takesUnreadForEmpty = true },
        .looks("the finalizer's lists are read after the orders", deadLetter) {
            $0.looking.steps = [.counts, .index, .keyspace, .snapshot, .answers, .lists, .survey]
        },
        .looks(
            "a standby's lag is ignored",
            Scenario(
                "a standby that has not replayed an order", one,
                history: [
                    .acquire(0), .claim(0), .replicate, .order(0, expires: false), .commit(0), .pass(700),
                ], actors: [[.replicate]], oneLook)
        ) { $0.asksStandby = false },
        .looks(
            "a finalized hash is undone",
            Scenario(
                "a sale that SQL has forgotten", two, history: Scenario.soldByFlowA + [.forgetSale(0)],
                actors: [[.acquire(1), .release(1)]], oneLook)
        ) { $0.judgement = .finalizedIsNothing },
    ]
}
