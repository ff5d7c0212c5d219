import LuaScripts
import Reconciliation
import RedisStore
import TestPlatform

extension Mutation {
    private static let one = [RaceHold("h1", Seats("c", 2))]
    private static let two = [RaceHold("h1", Seats("c", 2)), RaceHold("h2", Seats("c", 3))]

    /// One look is enough in these: a second one only makes the bad schedules longer.
    private static func oneLook(_ rules: inout HotProtocol) {
        rules.alike = 1
        rules.looks = 1
    }

    /// A later hold is the top of the index when one is acquired in the scan.
    private static let duringTheScan = Scenario.hot(
        "two holds during the scan", two, actors: [[.acquire(0), .pass(10), .acquire(1)]]
    ) {
        oneLook(&$0)
        $0.shortIndex = 0
    }

    private static let besideALeak = Scenario.hot(
        "a hot look at a leak", one, faults: Scenario.leak(3), actors: [[.acquire(0), .release(0)]], oneLook)

    private static let setsCounts: Mutation = {
        var mutation = Mutation("the repair sets the counts of the look", besideALeak) { $0.setsCounts = true }
        mutation.replace([("if inventory_state(KEYS[i]) ~= ARGV[at] then", "if false then")], in: .apply)
        return mutation
    }()

    private static let withoutLease: Mutation = {
        var mutation = Mutation(
            "the lease is not checked in shift",
            Scenario.hot(
                "another run takes over from a hot look", one, faults: Scenario.leak(3), actors: [[.takeLease]], oneLook
            ), in: .shift, [(fence, "if false then")])
        // A repair without holds applies nothing first; what it asks of the lease then is too early for this window.
        mutation.replaceInBoth([(fence, fence.replacing(" then", with: " and #KEYS > 2 then"))], in: .apply)
        return mutation
    }()

    private static let fence = "if owner ~= ARGV[1] then"

    static let ofHotLooks: [Mutation] = [
        Mutation(
            "the watermark of the tail is the highest score",
            Scenario.hot(
                "acquire below a hold that was extended", two, history: [.acquire(1), .extend(1, by: 1800)],
                actors: [[.acquire(0)]]
            ) {
                oneLook(&$0)
                $0.shortIndex = 0
            }
        ) { $0.life = .max / 2000 },
        Mutation("the watermark of the tail is taken after the scan", duringTheScan) {
            $0.looking.stages = [.index, .keyspace, .watermark, .ended, .snapshot, .survey, .agreement]
        },
        Mutation(
            "a hot look has one snapshot",
            Scenario.hot(
                "the end of a sale, whose hash ends, beside a hot look", one,
                history: [.acquire(0), .claim(0), .commit(0)],
                actors: [[.order(0, expires: false), .confirm(0), .finalize(0), .dropHash(0)]], oneLook)
        ) { $0.looking.stages.removeLast() },
        Mutation(
            "the counts of a hot repair go before its holds",
            Scenario.hot(
                "a hot look at an expired hold whose buyer extends it", one, history: [.acquire(0), .pass(601)],
                actors: [[.extend(0, by: 600)]], oneLook)
        ) { $0.parts = [.counts, .holds] },
        withoutLease,
        setsCounts,
        Mutation(
            "shift does not raise the version",
            Scenario.hot(
                "a hot look beside a leak that is mended once", one, faults: Scenario.leak(3), actors: [[.acquire(0)]],
                oneLook),
            in: .shift, [("redis.call('HINCRBY', KEYS[i], 'version', 1)", "")]),
    ]

    private static let paidAtItsExpiry = Scenario(
        "an order is paid at its expiry", one, history: [.acquire(0), .order(0, expires: true)],
        actors: [[.pay(0), .pass(601)]], job: .purge())

    static let ofPurges: [Mutation] = [
        Mutation(
            "no status check in release",
            Scenario(
                "a purge beside a buyer who extends", one, history: [.acquire(0), .pass(601)],
                actors: [[.extend(0, by: 600)]], job: .purge()),
            in: .release,
            [("if fields.err or (fields[1] or '') .. '|' .. (fields[2] or '') ~= ARGV[2] then", "if fields.err then")]),
        Mutation(
            "a purge asks for no orders", paidAtItsExpiry, broken: { $0.job = .purge([.clock, .survey]) }),
        Mutation(
            "the clock is read after the orders", paidAtItsExpiry,
            broken: { $0.job = .purge([.orders, .clock, .survey]) }),
        Mutation(
            "the lease is not checked in release",
            Scenario(
                "another run takes over from a purge", one, history: [.acquire(0), .pass(601)],
                actors: [[.takeLease]], job: .purge()),
            in: .release, [(fence, "if false then")]),
    ]
}
