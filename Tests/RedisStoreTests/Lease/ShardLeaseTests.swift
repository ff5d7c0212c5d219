import HoldModel
import TestServers
import Testing

@testable import RedisStore

/// Who may write beside whom (design section 4).
@Suite struct ShardLeaseTests {
    static let parts = ["0/1", "0/2", "1/2", "0/3", "2/3"]

    @Test(arguments: parts, parts) func onlyShardsOfOneNumberWriteTogether(_ first: String, _ second: String)
        async throws
    {
        try await LeaseBench.with { bench in
            let holder = try bench.lease(first, name: "first")
            _ = try await holder.owner()
            let late = try bench.lease(second, name: "second")
            let areTogether = first != second && first.dropFirst() == second.dropFirst()
            if areTogether {
                try await late.expectFree()
                #expect(try await late.owner() == Array("second".utf8))
            } else {
                let expected = try bench.holder(of: first, asSeenBy: second)
                await #expect(throws: LeaseLoss.taken(by: expected)) { try await late.expectFree() }
                await #expect(throws: LeaseLoss.taken(by: expected)) { try await late.owner() }
                #expect(try await bench.owner(of: second) != "second")
            }
            #expect(try await bench.owner(of: first) == "first")
        }
    }

    @Test func theCommonLeaseGoesWithTheLastShards() async throws {
        try await LeaseBench.with { bench in
            try await bench.withLease("1/3") {
                try await bench.withLease("0/3") {
                    let common = try await bench.common()
                    #expect(common == "shards:3")
                }
                #expect(try await bench.common() == "shards:3")
                #expect(try await bench.owner(of: "0/3") == nil)
            }
            #expect(try await bench.common() == nil)
            #expect(try await bench.owner(of: "1/3") == nil)
        }
    }

    @Test func theCommonLeaseStaysForAShardThatWasKilled() async throws {
        try await LeaseBench.with { bench in
            _ = try await bench.lease("0/2", name: "killed").owner()
            try await bench.withLease("1/2") {}
            #expect(try await bench.common() == "shards:2")
            #expect(try await bench.expiry(ofCommon: true, "0/2") >= bench.expiry(ofCommon: false, "0/2"))
        }
    }

    @Test func renewingEndsWhereTheCommonLeaseIsGone() async throws {
        try await LeaseBench.with { bench in
            let shard = try bench.lease("0/2", name: "shard")
            _ = try await shard.owner()
            try await bench.redis.send([Array("DEL".utf8), bench.redis.keys.commonLease])
            try await shard.renew()
            await #expect(throws: LeaseLoss.ranOut) { try await shard.owner() }
        }
    }

    @Test("is one run's, however many of its writers come first at once", arguments: ["0/1", "0/2"])
    func isTakenByWritersAtOnce(_ part: String) async throws {
        try await LeaseBench.with { bench in
            for round in 1...20 {
                let lease = try bench.lease(part, name: "run \(round)")
                try await withThrowingTaskGroup(of: [UInt8].self) { group in
                    for _ in 1...8 { group.addTask { try await lease.owner() } }
                    for try await owner in group { #expect(owner == Array("run \(round)".utf8)) }
                }
                try await lease.giveBack()
            }
        }
    }
}
