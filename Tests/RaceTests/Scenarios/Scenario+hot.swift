import TestPlatform

extension Scenario {
    private static let one = [RaceHold("h1", Seats("c", 2))]
    private static let two = [RaceHold("h1", Seats("c", 2)), RaceHold("h2", Seats("c", 3))]
    private static let alike = [RaceHold("h1", Seats("c", 2)), RaceHold("h2", Seats("c", 2))]

    private static let below = alike + [RaceHold("h3", Seats("c", 1))]
    private static let extended: [PlatformMove] = [.acquire(2), .extend(2, by: 1800)]

    /// Hot looks at an event that never stands still.
    static let hot: [Scenario] = [
        hot(
            "a hot look at a healthy event", two,
            actors: [[.acquire(0), .release(0)], [.acquire(1), .claim(1)]]),
        hot(
            "a hot look at a leak", two, faults: leak(3), actors: [[.acquire(0), .release(0)], [.acquire(1)]]),
        hot(
            "a hot look while two holds of one size come", alike,
            actors: [[.acquire(0)], [.pass(10), .acquire(1)]]
        ) { $0.shortIndex = 0 },
        hot(
            "a hot look below a hold that was extended", below, history: extended,
            actors: [[.acquire(0)], [.acquire(1)]]),
        hot(
            "a hot look below a hold that was extended, in a long index", below, history: extended,
            actors: [[.acquire(0), .release(0)], [.acquire(1)]]
        ) { $0.shortIndex = 0 },
        hot(
            "a hot look while a hold is cut short", alike, history: [.acquire(1)],
            actors: [[.acquire(0), .extend(0, by: 60)], [.release(1)]]),
        hot(
            "a hot look at the end of a sale", one, history: [.acquire(0), .claim(0), .commit(0)], faults: leak(1),
            actors: [[.order(0, expires: false), .confirm(0), .finalize(0)]]),
        hot(
            "a hot look at an expired hold", two, history: [.acquire(0), .pass(601)],
            actors: [[.extend(0, by: 600)], [.cleaner, .acquire(1)]]),
        hot(
            "a hot look while another run takes the lease", one, history: [.acquire(0), .pass(601)], faults: leak(3),
            actors: [[.takeLease], [.cleaner]]),
    ]

    /// Purges of stale index entries beside the platform.
    static let purges: [Scenario] = [
        Scenario(
            "a purge, a buyer and the cleaner", two, history: [.acquire(0), .acquire(1), .pass(601)],
            actors: [[.extend(0, by: 600), .claim(0)], [.cleaner]], job: .purge()),
        Scenario(
            "a purge at an order's expiry", two,
            history: [.acquire(0), .order(0, expires: true), .acquire(1), .claim(1)],
            actors: [[.pay(0), .pass(601)], [.commit(1)]], job: .purge()),
        Scenario(
            "a purge of a member without a hash", two, history: [.acquire(0), .claim(0), .pass(601)],
            faults: [["ZADD", Bench.prefix + "holds:expiration-index", "1", "gone"]],
            actors: [[.acquire(1)], [.takeLease], [.cleaner]], job: .purge()),
    ]

    /// What is small enough for every schedule to be run.
    static let all = stable + hot + purges + creations + checkouts + changes
}
