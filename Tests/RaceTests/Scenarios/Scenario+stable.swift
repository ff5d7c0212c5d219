import Reconciliation
import TestPlatform
import Testing

extension Scenario: CustomTestStringConvertible {
    var testDescription: String { name }

    private static let one = [RaceHold("h1", Seats("c", 2))]
    private static let two = [RaceHold("h1", Seats("c", 2)), RaceHold("h2", Seats("c", 3))]
    /// Two holds on two categories, one of them on both.
    private static let across = [RaceHold("h1", Seats("c", 2), Seats("d", 1)), RaceHold("h2", Seats("d", 3))]
    static let soldByFlowA: [PlatformMove] = [
        .acquire(0), .claim(0), .order(0, expires: false), .commit(0), .confirm(0), .finalize(0),
    ]
    private static let soldByFlowB: [PlatformMove] = [
        .acquire(0), .order(0, expires: true), .pay(0), .claim(0), .commit(0), .confirm(0), .finalize(0),
    ]

    static let loseAll: [[String]] =
        lose("h1") + lose("h2")
        + [["DEL", "\(Bench.prefix)holds:expiration-index"]]
        + ["c", "d"].map { ["DEL", "\(Bench.prefix)inventory:\(Bench.eventName):\($0)"] }

    /// Its seats are nobody's for moments: two looks that lie further apart never show the same leak.
    static let lostCall = Scenario(
        "a call whose hold is lost before its order is there", two,
        history: [.acquire(1), .claim(1), .pass(601), .cleaner], faults: leak(3),
        actors: [[.dropHash(1), .order(1, expires: false)]], calls: [0: 0..<2])

    /// Stable looks.
    static let stable: [Scenario] = [
        Scenario(
            "a hold comes and goes on a healthy event", one, actors: [[.acquire(0), .release(0)]]),
        Scenario(
            "two holds come and go beside a leak", two, faults: leak(3),
            actors: [[.acquire(0), .release(0)], [.acquire(1), .claim(1)]]),
        Scenario(
            "flow A beside a leak and another buyer", across, faults: leak(3) + leak(2, "d"),
            actors: [soldByFlowA, [.acquire(1), .release(1)]]
        ) { $0.looks = 2 },
        Scenario(
            "flow B beside a leak and another buyer", across, faults: leak(3),
            actors: [soldByFlowB, [.acquire(1), .extend(1, by: 900)]]
        ) { $0.looks = 2 },
        Scenario(
            "an expired hold, its buyer, and the cleaner", two, history: [.acquire(0), .acquire(1)],
            actors: [[.pass(601), .cleaner], [.extend(0, by: 1200), .claim(0)]]),
        Scenario(
            "the order of a committed hold is cancelled", two,
            history: [.acquire(0), .order(0, expires: false), .claim(0), .commit(0)],
            actors: [[.cancelOrder(0)], [.acquire(1), .claim(1)]]),
        Scenario(
            "a lost claim beside a buyer", two, history: [.acquire(0), .claim(0), .pass(700)],
            actors: [[.acquire(1), .release(1)], [.cleaner]]),
        Scenario(
            "the grace of a claim ends", two, history: [.acquire(0), .claim(0)],
            actors: [[.pass(700), .cleaner], [.acquire(1), .release(1)]]),
        Scenario(
            "a finalizer that comes late", two,
            history: [.acquire(0), .order(0, expires: false), .claim(0), .commit(0), .confirm(0)],
            actors: [[.pass(61), .finalize(0)], [.acquire(1), .release(1)]]),
        Scenario(
            "a lost hash that is written again", two, history: [.acquire(0), .order(0, expires: true)],
            faults: lose("h1"), actors: [[.cancelOrder(0)], [.acquire(1), .release(1)]]),
        Scenario(
            "a lost hash whose buyer pays", two, history: [.acquire(0), .order(0, expires: true)],
            faults: lose("h1"), actors: [[.pay(0), .claim(0), .commit(0), .confirm(0), .finalize(0)], [.acquire(1)]]),
        Scenario(
            "a large event with expired holds", across, history: [.acquire(0), .acquire(1), .pass(601)],
            actors: [[.extend(0, by: 600)], [.cleaner]]
        ) { $0.slice = 1 },
        Scenario(
            "a large event beside a leak", across, faults: leak(3) + leak(2, "d"),
            actors: [[.acquire(0), .claim(0)], [.acquire(1), .release(1)]]
        ) { $0.slice = 1 },
        Scenario(
            "a large event whose hashes were lost with their seats", across,
            history: [.acquire(0), .order(0, expires: true), .acquire(1), .order(1, expires: true)],
            faults: lose("h1") + lose("h2") + leak(-2) + leak(-4, "d"),
            actors: [[.claim(0)], [.cancelOrder(1), .cleaner]]
        ) { $0.slice = 1 },
        Scenario(
            "a large event that Redis lost", across,
            history: [.acquire(0), .order(0, expires: true), .acquire(1), .order(1, expires: true)],
            faults: loseAll, actors: [[.claim(0)], [.claim(1), .takeLease]]
        ) { $0.slice = 1 },
        lostCall,
        Scenario(
            "a release on one look, and a claimed hold that the cleaner drops", one,
            actors: [[.acquire(0), .claim(0), .pass(601), .cleaner]]
        ) {
            $0.looking.releaseAfter = .zero
            $0.looks = 2
        },
        Scenario(
            "a second run takes the lease", two, faults: leak(3), actors: [[.takeLease], [.acquire(0), .release(0)]]
        ),
    ]
}
