import TestPlatform
import TestServers
import Testing

/// Holds that are not rebuilt: purged on request, never from under a buyer.
@Suite(.postgres) struct PurgeTests {
    @Test func rebuildWithPurgeClosesHeldHoldsAndEmptiesTheIndex() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            let held = try await platform.acquire("held", event: "gala", [Seats("stalls", 2)])
            let unlisted = try await platform.acquire("unlisted", event: "gala", [Seats("stalls", 3)])
            try await platform.redis.command("ZREM", platform.indexKey, unlisted.token)
            try await platform.redis.command("ZADD", platform.indexKey, "1", "nobody")
            try await platform.redis.command(
                "HSET", platform.inventoryKey(event: "gala", category: "stalls"), "pending", "9", "available", "81")

            let run = try await program("rebuild", "--holds", "purge", "--execute", "--expect", "2")
            #expect(run.status == 0)
            #expect(
                try await platform.inventory(event: "gala", category: "stalls") == [
                    "total": "100", "sold": "10", "pending": "0", "available": "90", "version": "4",
                ])
            for hold in [held, unlisted] { #expect(try await platform.hold(hold.token)["status"] == "cancelled") }
            #expect(try await platform.redis.command("EXISTS", platform.indexKey) == "0")
            try await expectAgreement(on: platform)

            let dump = try await platform.redis.dumpAll()
            #expect(try await program("rebuild", "--holds", "purge", "--execute", "--expect", "0").status == 0)
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    static let purges = [
        ["rebuild", "--holds", "purge", "--execute", "--expect", "1"],
        ["purge", "--all", "--execute", "--expect", "1"],
    ]

    @Test(arguments: purges) func refusesWhileAnOrderIsOpenAndNamesIt(_ purge: [String]) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            try await platform.orderB(try await platform.acquire("cart", event: "gala", [Seats("stalls", 2)]))
            let dump = try await platform.redis.dumpAll()
            let run = try await program.run(purge)
            #expect(run.status == 1)
            #expect(run.message.contains("order-cart"))
            #expect(run.notices.count == 1)
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    @Test(arguments: purges) func refusesWhileAHoldIsClaimedAndNamesIt(_ purge: [String]) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            try await platform.claim(try await platform.acquire("cart", event: "gala", [Seats("stalls", 2)]))
            let dump = try await platform.redis.dumpAll()
            let run = try await program.run(purge)
            #expect(run.status == 1)
            #expect(run.message.contains("cart (checkout_pending)"))
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    /// To a database without events every hold is one without an order.
    @Test(arguments: [
        ["purge", "--all", "--execute", "--expect", "1"], ["purge", "--stale", "--execute"], ["purge", "--stale"],
    ])
    func refusesWhereSQLHasNoEvent(_ purge: [String]) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            try await platform.orderB(try await platform.acquire("cart", event: "gala", [Seats("stalls", 2)]))
            try await platform.redis.command("HSET", platform.holdKeyPrefix + "cart", "expiresAtEpoch", "7")
            try await platform.redis.command("ZADD", platform.indexKey, "7", "cart")
            try await platform.sql("DELETE FROM orders; DELETE FROM ticket_categories; DELETE FROM events")
            let dump = try await platform.redis.dumpAll()
            let run = try await program.run(purge)
            #expect(run.status == 32)
            #expect(run.message.contains("SQL has no event"))
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    @Test func forceClosesThemAllTheSame() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            try await platform.checkoutA(try await platform.acquire("cart", event: "gala", [Seats("stalls", 2)]))
            let run = try await program("rebuild", "--holds", "purge", "--execute", "--force", "--expect", "1")
            #expect(run.status == 0)
            #expect(try await platform.hold("cart")["status"] == "cancelled")
            #expect(try await platform.inventory(event: "gala", category: "stalls")["pending"] == "0")
        }
    }

    @Test func staleRemovesWhatStandsForNoActiveHoldAndReleasesExpiredOnes() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            let now = Clock.now()
            let live = try await platform.acquire("live", event: "gala", [Seats("stalls", 1)])
            let expired = try await platform.acquire("expired", event: "gala", [Seats("stalls", 2)], at: now - 700)
            let claimed = try await platform.acquire("claimed", event: "gala", [Seats("stalls", 4)], at: now - 900)
            try await platform.claim(claimed, at: now - 800)
            try await platform.redis.command("ZADD", platform.indexKey, "1", "nobody")

            let dry = try await program.report("purge", "--stale")
            #expect(dry.causes == ["expired-hold", "orphan-member"])
            #expect(dry.exitStatus == 2)
            let run = try await program.report("purge", "--execute")
            #expect(run.exitStatus == 0)
            let members = try await platform.index()
            #expect(Set(members.keys) == [live.token])
            #expect(try await platform.hold(expired.token)["status"] == "expired")
            #expect(
                try await platform.inventory(event: "gala", category: "stalls") == [
                    "total": "100", "sold": "10", "pending": "5", "available": "85", "version": "5",
                ])
            #expect(try await program("purge", "--execute").status == 0)
        }
    }

    @Test func staleReleasesOfAnOversoldCategoryWhatNobodyElseIsPromised() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 10, 9)])
            let key = platform.inventoryKey(event: "gala", category: "stalls")
            try await platform.redis.command("HSET", key, "available", "3")
            let late = try await platform.acquire("late", event: "gala", [Seats("stalls", 3)], at: Clock.now() - 630)
            let report = try await program.report(["purge", "--stale", "--execute"])
            #expect(report.exitStatus == 0)
            #expect(report.totals.applied == 1)
            #expect(try await platform.hold(late.token)["status"] == "expired")
            let counts = try await platform.inventory(event: "gala", category: "stalls")
            #expect(counts["pending"] == "0" && counts["available"] == "1")
            #expect(try await program("check", "--deep").status == 0)
        }
    }

    /// A rebuild refuses them, and the platform may read them otherwise.
    @Test(arguments: [
        ("entries", #"[{"eventId":"gala","categoryId":"stalls","quantity":1,"quantity":3}]"#), ("status", "HELD"),
        ("expiresAtEpoch", "soon"),
    ])
    func staleLeavesHoldsThatCannotBeRead(_ field: String, _ value: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 10, 0)])
            let hold = try await platform.acquire("live", event: "gala", [Seats("stalls", 3)])
            try await platform.redis.command("HSET", platform.holdKey(hold.token), field, value)
            let dump = try await platform.redis.dumpAll()
            #expect(try await program.run(["purge", "--stale", "--execute"]).status == 0)
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    @Test func allRemovesTheIndexAndNothingElse() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            _ = try await platform.acquire("held", event: "gala", [Seats("stalls", 1)])
            #expect(try await program("purge", "--all", "--execute", "--expect", "1").status == 0)
            #expect(try await platform.redis.command("EXISTS", platform.indexKey) == "0")
            #expect(try await platform.hold("held")["status"] == "held")
        }
    }

    /// Whoever removes all holds has looked before, and at the same platform.
    @Test(arguments: [["rebuild", "--holds", "purge"], ["purge", "--all"]])
    func whatRemovesAllHoldsMustSayHowMany(_ purge: [String]) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            for number in 0..<20 { _ = try await platform.acquire("h\(number)", event: "gala", [Seats("stalls", 1)]) }
            let dump = try await platform.redis.dumpAll()
            let unsaid = try await program.run(purge + ["--execute"])
            #expect(unsaid.status == 64)
            #expect(unsaid.message.contains("--expect"))
            for wrong in ["0", "18", "23"] {
                let run = try await program.run(purge + ["--execute", "--force", "--expect", wrong])
                #expect(run.status == 1)
                #expect(run.message.contains("the index has 20 members, and --expect said \(wrong)"))
            }
            #expect(try await platform.redis.dumpAll() == dump)
            let look = try await program.run(purge)
            #expect(look.status == 2)
            #expect(look.output.contains("20") && look.output.contains("members"))
            #expect(try await program.run(purge + ["--execute", "--expect", "19"]).status == 0)
            #expect(try await platform.redis.command("EXISTS", platform.indexKey) == "0")
        }
    }

    @Test func aPurgeOfNamedEventsNeedsNoNumber() async throws {
        try await withPlatform { platform, program in
            for event in ["gala", "opera"] {
                try await platform.addEvent(event, categories: [(event, 100, 10)])
                try await platform.acquire("\(event)-cart", event: event, [Seats(event, 2)])
            }
            #expect(try await program("rebuild", "--holds", "purge", "--execute", "--event", "gala").status == 0)
            #expect(try await platform.hold("gala-cart")["status"] == "cancelled")
            #expect(try await platform.hold("opera-cart")["status"] == "held")
        }
    }

    @Test func staleAndAllExcludeEachOther() async throws {
        try await withPlatform { _, program in
            let run = try await program("purge", "--all", "--stale")
            #expect(run.status == 64)
        }
    }
}
