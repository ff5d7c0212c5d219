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

    @Test func aHealthySystemIsClean() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let report = try await program.report(["rebuild", "--holds", "rebuild", "--only", "tighten", "--execute"])
            #expect(report.exitStatus == 0)
            #expect(report.drift.isEmpty)
        }
    }
}
