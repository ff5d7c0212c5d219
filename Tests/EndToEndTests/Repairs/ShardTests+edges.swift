import TestPlatform
import TestServers
import Testing

/// Where a part is no part, or empty.
extension ShardTests {
    @Test(arguments: ["2/2", "-1/2", "0/0", "0/1025", "half", "", "1", "0/2/3"])
    func whatIsNoPartIsAnErrorOfUsage(_ text: String) async throws {
        try await withPlatform { _, program in
            for command in [["check"], Self.rebuild] {
                let given = try await program.run(command + ["--shard=\(text)"])
                #expect(given.status == 64)
                // An option without a value is the parser's to refuse, and an empty variable is none.
                if text.isEmpty { continue }
                #expect(given.message.contains("--shard is I/N"))
                let set = try await program.run(command, environment: ["HOLD_RECONCILER_SHARD": text])
                #expect(set.status == 64)
                #expect(set.message.contains("HOLD_RECONCILER_SHARD is I/N"))
            }
        }
    }

    @Test func aPurgeIsNotSplit() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let part = ["HOLD_RECONCILER_SHARD": "0/2"]
            for command in [["purge"], ["rebuild", "--holds", "purge"]] {
                let run = try await program.run(command, environment: part)
                #expect(run.status == 64)
                #expect(run.message.contains("not split"))
            }
            #expect(try await program.run(["purge", "--shard", "0/2"]).status == 64)
        }
    }

    @Test func anOptionWinsOverItsVariable() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let environment = ["HOLD_RECONCILER_SHARD": "0/2"]
            let whole = try await program.run(
                ["check", "--shard", "0/1", "--format", "json"], environment: environment)
            #expect(try whole.document().scanned.events == 3)
            #expect(try whole.document().shard == nil)
        }
    }

    @Test func eventsThatAreAskedForAreSplitAsWell() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            _ = try await Fault.ttlRace.inject(into: platform, event: "leaky")
            let asked = ["--event", "gala", "--event", "leaky", "--event", "matinee"]
            let whole = try await program.report(["check"] + asked)
            var parts: [Document] = []
            for index in 0..<8 {
                parts.append(try await program.report(["check"] + asked + ["--shard", "\(index)/8"]))
            }
            #expect(ShardSum(parts) == ShardSum([whole]))
            // A part without an event is clean, since others have some.
            #expect(Set(parts.map(\.exitStatus)) == [0, 2])
            #expect(parts.contains { $0.scanned.categories == 0 })
            #expect(parts.allSatisfy { $0.scanned.events < 3 })
        }
    }

    @Test func whereThereIsNothingNoPartIsClean() async throws {
        try await withPlatform { platform, program in
            try await platform.sql("INSERT INTO events (id) SELECT 'empty-' || n FROM generate_series(1, 4) AS n")
            for part in ["0/8", "1/8", "7/8"] {
                let run = try await program("check", "--shard", part)
                #expect(run.status == 32)
                #expect(run.message.contains("no category"))
            }
        }
    }

    @Test func oneOfThemRemovesAnIndexOfAnotherType() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            try await platform.redis.command("SET", platform.indexKey, "text")
            let whole = try await program.report("check", "--deep")
            let looks = try await [
                program.report("check", "--deep", "--shard", "0/2"),
                program.report("check", "--deep", "--shard", "1/2"),
            ]
            #expect(ShardSum(looks) == ShardSum([whole]))
            let owner = try #require(looks.firstIndex { $0.causes.contains("malformed") })
            let early = try await program.run(Self.rebuild + ["--shard", "\(1 - owner)/2"])
            #expect(early.status == 1)
            early.expectClear("not a sorted set", "another of the 2 shards")
            #expect(try await program.run(Self.rebuild + ["--shard", "\(owner)/2"]).status == 0)
            #expect(try await program.run(Self.rebuild + ["--shard", "\(1 - owner)/2"]).status == 0)
            try await expectAgreement(on: platform)
        }
    }

    /// One orphan among many hashes is deleted also where it is all that its shard sees of them.
    @Test func howManyOrphansThereAreIsAskedOfAllKeys() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            try await platform.redis.command(
                "HSET", platform.inventoryKey(event: "gone", category: "c"), "total", "5", "sold", "0", "pending", "0",
                "available", "5", "version", "1")
            for index in 0..<8 { #expect(try await program.run(Self.rebuild + ["--shard", "\(index)/8"]).status == 0) }
            let key = platform.inventoryKey(event: "gone", category: "c")
            #expect(try await platform.redis.command("EXISTS", key) == "0")
        }
    }
}
