import HoldModel
import RedisStore
import TestOutcomes
import Testing

/// Compare-and-set: a change is written only while Redis is still what the survey saw (design section 4).
@Suite("a fence")
struct ApplyFenceTests {
    /// A state of a key: what makes it, and the fence that stands for it.
    struct State: CustomTestStringConvertible {
        let testDescription: String
        let make: [String]
        let fence: String
    }

    static let inventory = [
        State(testDescription: "no key", make: ["DEL", "K"], fence: "-"),
        State(testDescription: "another type", make: ["SET", "K", "1"], fence: "!"),
        State(testDescription: "no version", make: ["HSET", "K", "total", "10"], fence: "=2:10----"),
        State(testDescription: "version 7", make: ["HSET", "K", "total", "10", "version", "7"], fence: "=2:10---1:7"),
        // A rebuild by hand begins at the version that was there.
        State(
            testDescription: "version 7 of other counts", make: ["HSET", "K", "total", "11", "version", "7"],
            fence: "=2:11---1:7"),
        State(testDescription: "other fields", make: ["HSET", "K", "1", "sold"], fence: "=-----"),
        State(
            testDescription: "version 07", make: ["HSET", "K", "total", "10", "version", "07"], fence: "=2:10---2:07"),
        State(testDescription: "version 8", make: ["HSET", "K", "total", "10", "version", "8"], fence: "=2:10---1:8"),
        State(
            testDescription: "empty version", make: ["HSET", "K", "total", "10", "version", ""], fence: "=2:10---0:"),
        State(testDescription: "version ?", make: ["HSET", "K", "version", "?"], fence: "=----1:?"),
    ]

    static let holds = [
        State(testDescription: "no key", make: ["DEL", "K"], fence: "-"),
        State(testDescription: "another type", make: ["SADD", "K", "1"], fence: "!"),
        State(
            testDescription: "held", make: ["HSET", "K", "status", "held", "expiresAtEpoch", "100"], fence: "held|100"),
        State(
            testDescription: "extended", make: ["HSET", "K", "status", "held", "expiresAtEpoch", "200"],
            fence: "held|200"),
        State(
            testDescription: "claimed", make: ["HSET", "K", "status", "checkout_pending", "expiresAtEpoch", "100"],
            fence: "checkout_pending|100"),
        State(
            testDescription: "zombie", make: ["HSET", "K", "status", "checkout_committed"], fence: "checkout_committed|"
        ),
        State(testDescription: "expiry only", make: ["HSET", "K", "expiresAtEpoch", "100"], fence: "|100"),
        State(testDescription: "neither", make: ["HSET", "K", "entries", "[]"], fence: "|"),
    ]

    @Test("of an inventory hash holds in the state that was seen, and in no other", arguments: inventory)
    func ofInventory(_ seen: State) async throws {
        try await check(Self.inventory, seen, key: "eventix:test:inventory:e:c") { redis in
            let change = CountChange(
                category: CategoryID("c"), before: InventoryState(seen.fence),
                counts: Counts(total: 20, sold: 4, pending: 5, available: 11), version: 99, raise: 0)
            let plan = EventPlan(
                event: EventID("e"), standing: .differs, findings: [], holds: [], counts: [change])
            return try await redis.repairs.apply([plan]).map { outcome in
                if case .moved(let key) = outcome { return .moved(key: key) }
                return outcome == .applied ? .applied : .unknown
            }
        }
    }

    @Test("of a hold holds in the state that was seen, and in no other", arguments: holds)
    func ofHold(_ seen: State) async throws {
        try await check(Self.holds, seen, key: "eventix:test:holds:t") { redis in
            try await redis.repairs.apply([
                HoldChange(
                    token: HoldToken("t"), fence: HoldFence(seen.fence), hash: .delete,
                    index: .score(300))
            ])
        }
    }

    @Test("of an orphan's deletion holds in the state that was seen, and in no other", arguments: inventory)
    func ofOrphan(_ seen: State) async throws {
        try await check(Self.inventory, seen, key: "eventix:test:inventory:e:c") { redis in
            let key = Array("eventix:test:inventory:e:c".utf8)
            let outcome = try await redis.repairs.deleteInventory([(key: key, fence: Array(seen.fence.utf8))])
            if outcome == [.applied] {
                #expect(try await redis.send("EXISTS", "eventix:test:inventory:e:c") == .integer(0))
            }
            return outcome
        }
    }

    /// Applies the same change in every state: it is applied in the one that was seen, and changes nothing in others.
    private func check(
        _ states: [State], _ seen: State, key: String, apply: (RedisFixture) async throws -> [WriteOutcome]
    ) async throws {
        try await RedisFixture.with { redis in
            for state in states {
                try await redis.send("FLUSHALL")
                try await redis.send("SET", "eventix:test:hold-reconciler:lease", "test")
                try await redis.send("SET", "another key", "stays")
                try await redis.send(state.make.map { Array(($0 == "K" ? key : $0).utf8) })
                let before = try await redis.dump()
                let outcome = try await apply(redis)
                if state.fence == seen.fence {
                    #expect(outcome == [.applied])
                } else {
                    #expect(outcome == [.moved(key: Array(key.utf8))], "now \(state.testDescription)")
                    #expect(try await redis.dump() == before)
                }
            }
        }
    }
}
