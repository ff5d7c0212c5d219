import TestPlatform
import TestServers
import Testing

/// `--only tighten` puts no seat on sale; what it leaves is found all the same.
@Suite(.postgres) struct TightenOnlyTests {
    @Test func leaksThatAreLeftAreNotClean() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let dump = try await platform.redis.dumpAll()
            for execute in [[], ["--execute"]] {
                let report = try await program.report(["rebuild", "--holds", "rebuild", "--only", "tighten"] + execute)
                #expect(report.exitStatus == 2)
                #expect(report.totals.byCause["ttl-race"]?.count == 1)
                #expect(report.totals.unchanged == 0)
            }
            #expect(try await platform.redis.dumpAll() == dump)
            let whole = try await program.report(["rebuild", "--holds", "rebuild", "--execute"])
            #expect(whole.exitStatus == 0)
            #expect(whole.totals.byCause["ttl-race"]?.count == 1)
        }
    }

    /// What takes seats off sale waits for nothing that puts others on sale, not even for a second look that never comes.
    @Test(arguments: [
        ["--only", "tighten"], ["--only", "tighten", "--traffic", "stopped"],
        ["--release-after", "3600", "--time-limit", "6"],
    ])
    func soldSeatsGoOffSaleBesideALeak(_ options: [String]) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            let key = platform.inventoryKey(event: "gala", category: "stalls")
            try await platform.redis.command("HSET", key, "pending", "5", "available", "95", "version", "5")
            try await platform.sql("UPDATE ticket_categories SET quantity_sold = 20")
            let report = try await program.report(["rebuild", "--holds", "rebuild", "--execute"] + options)
            #expect(report.exitStatus != 0)
            var fields = try await platform.inventory(event: "gala", category: "stalls")
            #expect(Int(fields["version"] ?? "") ?? 0 > 5)
            fields["version"] = nil
            #expect(fields == SeatCounts(total: 100, sold: 15, pending: 5).fields)
            #expect(report.findings.contains { $0.cause == "stale-sold" && $0.seats == 15 && $0.outcome == "applied" })

            #expect(try await program.report("rebuild", "--holds", "rebuild", "--execute").exitStatus == 0)
            fields = try await platform.inventory(event: "gala", category: "stalls")
            #expect(fields["available"] == "80")
        }
    }

    @Test func aHealthySystemIsClean() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let report = try await program.report(["rebuild", "--holds", "rebuild", "--only", "tighten", "--execute"])
            #expect(report.exitStatus == 0)
            #expect(report.drift.isEmpty)
        }
    }
}
