import TestPlatform

/// Checkouts that were accepted, and a finalizer that comes late or not at all.
extension Scenario {
    private static let one = [RaceHold("h1", Seats("c", 2))]
    private static let two = [RaceHold("h1", Seats("c", 2)), RaceHold("h2", Seats("c", 3))]
    /// Flow A to where the buyer has an order number.
    static let accepted: [PlatformMove] = [.acquire(0), .claim(0), .order(0, expires: false), .commit(0), .send(0)]
    /// Flow B to where the seats are the buyer's.
    static let confirmed: [PlatformMove] = [.acquire(0), .order(0, expires: true), .claim(0), .pay(0), .commit(0)]
    static let soldLate: [PlatformMove] = [.sellMessage(0), .finalize(0)]

    /// A look that reads the third witness.
    static func readingEvidence(_ rules: inout RaceProtocol) {
        rules.readsEvidence = true
    }

    static let checkouts: [Scenario] = [
        Scenario(
            "an accepted checkout while its hash ends", one, history: accepted + [.pass(601)],
            actors: [[.dropHash(0), .cleaner], soldLate]),
        Scenario(
            "a finalizer that comes after the hash has ended", two, history: accepted + [.pass(7200), .dropHash(0)],
            faults: leak(3), actors: [soldLate, [.acquire(1), .release(1)]]
        ) { $0.looks = 2 },
        Scenario(
            "a finalizer that comes late to a confirmed order", two,
            history: confirmed + [.send(0), .pass(7200), .dropHash(0), .cleaner],
            actors: [soldLate, [.acquire(1), .claim(1)]]
        ) { $0.looks = 2 },
        Scenario(
            "a confirmation that fails", one, history: confirmed,
            actors: [[.takeBack(0), .pass(3601)], [.dropHash(0)]]
        ) {
            readingEvidence(&$0)
            $0.looks = 2
        },
        Scenario(
            "a failed confirmation beside another buyer", two, history: confirmed + [.takeBack(0), .pass(3601)],
            actors: [[.dropHash(0)], [.acquire(1), .release(1)]]
        ) {
            readingEvidence(&$0)
            $0.looks = 2
        },
        Scenario(
            "a call that fails while another sends the message", one,
            history: Array(accepted.prefix(4)) + [.pass(3500)],
            actors: [[.failCall(0), .send(0)] + soldLate, [.dropHash(0)]]
        ) {
            readingEvidence(&$0)
            $0.looks = 2
        },
        Scenario(
            "a dead letter that is sent again", one, history: accepted + [.failCall(0), .pass(7200)],
            actors: [[.bury(0), .replay(0)] + soldLate, [.dropHash(0)]]
        ) {
            readingEvidence(&$0)
            $0.looks = 2
        },
        Scenario(
            "a database that is set back behind a sale", two, history: soldByFlowA + [.forgetSale(0)],
            actors: [[.acquire(1), .release(1)]]
        ) { $0.looks = 2 },
        Scenario(
            "a standby that lags behind a sale", two, history: Array(accepted.prefix(2)) + [.replicate],
            actors: [[.order(0, expires: false), .commit(0), .confirm(0), .finalize(0)], [.replicate]]
        ) { $0.looks = 2 },
        hot(
            "a hot look beside a finalizer that comes late", two, history: accepted + [.pass(7200)], faults: leak(3),
            actors: [soldLate, [.acquire(1), .release(1)]]),
    ]
}
