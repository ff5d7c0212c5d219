import Foundation
import TestPlatform
import TestServers
import Testing

/// Several processes share one run, each with its part of the events.
@Suite(.postgres) struct ShardTests {
    static let rebuild = ["rebuild", "--holds", "rebuild", "--execute", "--release-after", "0.1"]

    @Test(arguments: [2, 3]) func whatTheyFindAddsUpToOneWholeRun(_ count: Int) async throws {
        try await withPlatform { platform, program in
            try await platform.addEveryFault()
            for command in [["check"], ["rebuild", "--holds", "rebuild"]] {
                let whole = try await program.report(command)
                var parts: [Document] = []
                for index in 0..<count {
                    parts.append(try await program.report(command + ["--shard", "\(index)/\(count)"]))
                }
                #expect(ShardSum(parts) == ShardSum([whole]), "\(command)")
                #expect(parts.map(\.shard) == (0..<count).map { "\($0)/\(count)" })
                #expect(
                    parts.allSatisfy { $0.scanned.events > 0 && $0.scanned.indexMembers > 0 && !$0.findings.isEmpty })
                #expect(whole.shard == nil)
            }
        }
    }

    @Test func twoTogetherRepairEveryFaultAsOneWouldHave() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.addEveryFault()
            try await platform.redis.command("SAVE")
            let whole = try await program.report(Self.rebuild)
            try await platform.redis.command("DEBUG", "RELOAD", "NOSAVE")

            async let first = program.report(Self.rebuild + ["--shard", "0/2"])
            async let second = program.report(Self.rebuild + ["--shard", "1/2"])
            let parts = try await [first, second]
            #expect(parts.map(\.exitStatus) == [0, 0])
            #expect(ShardSum(parts, but: "indexMembers") == ShardSum([whole], but: "indexMembers"))
            #expect(parts.allSatisfy { $0.totals.applied > 0 })
            try await expectAgreement(on: platform)
            try await platform.expectNoLease(ofShards: 2)
        }
    }

    @Test(arguments: ["live", "stopped"]) func twoTogetherRebuildAnEmptiedRedis(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addEveryFault()
            let command = Self.rebuild + ["--traffic", traffic]
            try await platform.redis.flushAll()
            let whole = try await program.report(command)
            try await expectAgreement(on: platform)

            try await platform.redis.flushAll()
            // The environment as an indexed job sets it.
            async let first = program.run(
                command + ["--format", "json"], environment: ["HOLD_RECONCILER_SHARD": "0/2"])
            async let second = program.run(
                command + ["--format", "json"], environment: ["HOLD_RECONCILER_SHARD": "1/2"])
            let runs = try await [first, second]
            #expect(runs.map(\.status) == [0, 0])
            let parts = try runs.map { try $0.document() }
            #expect(ShardSum(parts, but: "indexMembers") == ShardSum([whole], but: "indexMembers"))
            #expect(parts.allSatisfy { $0.totals.applied > 0 })
            try await expectAgreement(on: platform)

            let dump = try await platform.redis.dumpAll()
            for part in ["0/2", "1/2"] { #expect(try await program.run(command + ["--shard", part]).status == 0) }
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    @Test(arguments: [0, 1]) func whatAKilledOneLeftItsNextRunCompletes(_ index: Int) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.addEveryFault()
            try await platform.redis.flushAll()
            let aftermath = try await Aftermath(of: platform, program)
            let own = ["--shard", "\(index)/2"]
            let other = ["--shard", "\(1 - index)/2"]
            // One event a script, so that the kill leaves some of them.
            let breakpoint = Breakpoint(.after, 1) { $0.isWriting }
            let run = try await program.run(
                Self.rebuild + own + ["--traffic", "stopped", "--script-budget", "0.1"], to: breakpoint
            ) { pid, _ in
                kill(pid, SIGKILL)
                breakpoint.drop()
                let again = try await program.run(Self.rebuild + own)
                #expect(again.status == 16)
                again.expectClear("another run holds the lease", "process \(pid)")
            }
            #expect(run.status == 137)
            #expect(try await program.run(Self.rebuild + other).status == 0)
            #expect(try await program.run(["check"] + other).status == 0)
            #expect(try await program.run(["check"] + own).status == 2)
            let whole = try await program.run(Self.rebuild)
            #expect(whole.status == 16)
            whole.expectClear("another run holds the lease", "shards:2")
            try await aftermath.expectNoWorse()
            // Its lease ends by itself; this test need not wait for that.
            try await platform.redis.command("DEL", "\(platform.leaseKey):\(index)/2")
            #expect(try await program.run(Self.rebuild + own).status == 0)
            try await expectAgreement(on: platform)
            try await platform.expectNoLease(ofShards: 2)
        }
    }

    @Test func nobodyElseWritesBesideThem() async throws {
        try await withPlatform { platform, program in
            try await platform.addEveryFault()
            let breakpoint = Breakpoint(.after, 1) { $0.isWriting }
            let run = try await program.run(Self.rebuild + ["--shard", "0/2"], to: breakpoint) { _, _ in
                let dump = try await platform.redis.dumpAll()
                for others in [
                    Self.rebuild, Self.rebuild + ["--shard", "0/1"], Self.rebuild + ["--shard", "0/3"],
                    Self.rebuild + ["--shard", "0/2"], ["purge", "--execute"],
                ] {
                    let refused = try await program.run(others)
                    #expect(refused.status == 16, "\(others)")
                    refused.expectClear("another run holds the lease")
                }
                #expect(try await platform.redis.dumpAll() == dump)
                // Who only looks needs no lease.
                #expect(try await program("check", "--deep").status == 2)
                #expect(try await program.run(Self.rebuild + ["--shard", "1/2"]).status == 0)
                #expect(try await platform.redis.command("GET", platform.leaseKey) == "shards:2")
            }
            #expect(breakpoint.isMet)
            #expect(run.status == 0)
            try await expectAgreement(on: platform)
            try await platform.expectNoLease(ofShards: 2)
        }
    }

    @Test func noneOfThemWritesBesideAWholeRun() async throws {
        try await withPlatform { platform, program in
            try await platform.addEveryFault()
            let breakpoint = Breakpoint(.after, 1) { $0.isWriting }
            let run = try await program.run(Self.rebuild, to: breakpoint) { pid, _ in
                let refused = try await program.run(Self.rebuild + ["--shard", "1/2"])
                #expect(refused.status == 16)
                refused.expectClear("another run holds the lease", "process \(pid)")
            }
            #expect(breakpoint.isMet)
            #expect(run.status == 0)
            try await expectAgreement(on: platform)
        }
    }
}

extension Platform {
    /// Each fault in an event of its own, and things that belong to no event, enough for every shard to have some.
    func addEveryFault() async throws {
        try await addHealthyEvents()
        for fault in Fault.repairable { _ = try await fault.inject(into: self, event: fault.rawValue) }
        for number in 1...8 {
            try await redis.command("ZADD", indexKey, "1", "stray-\(number)")
            try await redis.command("HSET", holdKey("zombie-\(number)"), "status", "checkout_committed")
            try await redis.command(
                "HSET", inventoryKey(event: "gone-\(number)", category: "c"), "total", "5", "sold", "0", "pending", "0",
                "available", "5", "version", "1")
        }
    }

    func expectNoLease(ofShards count: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let keys = [leaseKey] + (0..<count).map { "\(leaseKey):\($0)/\(count)" }
        for key in keys {
            #expect(try await redis.command("EXISTS", key) == "0", "\(key)", sourceLocation: sourceLocation)
        }
    }
}
