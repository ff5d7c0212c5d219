import TestPlatform

/// Changes that are planned, applied with a journal, and taken back, beside the platform.
extension Scenario {
    private static let one = [RaceHold("h1", Seats("c", 2))]
    private static let two = [RaceHold("h1", Seats("c", 2)), RaceHold("h2", Seats("c", 3))]
    private static let across = [RaceHold("h1", Seats("c", 2), Seats("d", 1)), RaceHold("h2", Seats("d", 3))]

    static func change(
        _ name: String, _ holds: [RaceHold], history: [PlatformMove] = [], faults: [[String]] = [],
        actors: [[PlatformMove]], _ change: (inout ChangeRun.Rules) -> Void = { _ in }
    ) -> Scenario {
        var rules = ChangeRun.Rules()
        change(&rules)
        return Scenario(name, holds, history: history, faults: faults, actors: actors, job: .change(rules))
    }

    /// Redis drops the hash at this time of the model's clock.
    private static func end(_ hold: String, at seconds: Int64) -> [[String]] {
        [["EXPIREAT", Bench.prefix + "holds:" + hold, String(RaceModel.start + seconds)]]
    }

    /// Redis has more seats in all than there are, and they are on sale.
    private static func surplus(_ seats: Int) -> [[String]] {
        let key = "\(Bench.prefix)inventory:\(Bench.eventName):c"
        return ["total", "available"].map { ["HINCRBY", key, $0, String(seats)] }
    }

    static let changes: [Scenario] = [
        change(
            "the plan of a leak, and a buyer", two, faults: leak(3), actors: [[.acquire(0), .release(0)], [.kill]]
        ) { $0.looks.looks = 2 },
        change(
            "the plan of an expired hold, and its buyer", one, history: [.acquire(0), .pass(601)],
            faults: end("h1", at: 86_400), actors: [[.extend(0, by: 600)], [.cleaner], [.kill]]),
        change(
            "the plan of a lost finalize, and a finalizer that comes late", one,
            history: [.acquire(0), .order(0, expires: false), .claim(0), .commit(0), .confirm(0), .pass(61)],
            faults: end("h1", at: 86_400), actors: [[.finalize(0)], [.kill]]),
        change(
            "the plan of a lost hash, and the end of its order", two, history: [.acquire(0), .order(0, expires: true)],
            faults: lose("h1"), actors: [[.cancelOrder(0)], [.acquire(1)], [.kill]]),
        change(
            "the plan of a lost hash whose buyer pays", one, history: [.acquire(0), .order(0, expires: true)],
            faults: lose("h1"), actors: [[.pay(0), .claim(0), .commit(0), .confirm(0)], [.kill]]),
        change(
            "the plan of a large event, and a buyer", across, history: [.acquire(1), .pass(601)],
            faults: leak(3) + leak(2, "d"), actors: [[.acquire(0)], [.kill]]
        ) { $0.looks.slice = 1 },
        change(
            "the undo of a large event that Redis lost", one, history: [.acquire(0), .order(0, expires: true)],
            faults: loseAll, actors: [[.pass(601), .cleaner], [.kill], [.kill]]
        ) {
            $0.looks.slice = 1
            $0.begins = .undo
        },
        change(
            "the plan of a leak, on two looks", one, faults: leak(3), actors: [[.acquire(0)]]
        ) {
            $0.looks.looking = RaceProtocol().looking
            $0.looks.readsEvidence = false
            $0.looks.looks = 2
        },
        change(
            "a repair in two parts, a buyer, and its undo", one, faults: leak(3) + surplus(2), actors: [[.acquire(0)]]
        ) {
            $0.isPlanned = false
            $0.looks.looking = RaceProtocol().looking
            $0.looks.readsEvidence = false
            $0.looks.looks = 3
        },
        change("an undo without the lease", one, faults: leak(3), actors: [[.takeLease], [.acquire(0)]]) {
            $0.begins = .undo
        },
    ]
}
