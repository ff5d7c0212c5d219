import TestPlatform
import TestServers
import Testing

/// Nothing is written without being told to (design section 6.1).
@Suite(.postgres) struct ReadOnlyTests {
    @Test func checkOfAHealthySystemWritesNothingAndNeedsOnlySelect() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let role = platform.connectionString(of: try await platform.addReadingRole())
            let dump = try await platform.redis.dumpAll()
            try await platform.redis.command("CONFIG", "RESETSTAT")

            let run = try await program.run(["check", "--deep", "--format", "json", "--postgres", role])
            #expect(try await platform.redis.writes() == [:])
            #expect(try await platform.redis.dumpAll() == dump)
            let document = try run.document()
            #expect(run.status == 0)
            #expect(document.findings.isEmpty)
            #expect(document.totals.unchanged == 3)
            #expect(document.scanned.categories == 6)
        }
    }

    @Test func rebuildWithoutExecuteChangesNoKey() async throws {
        try await withPlatform { platform, program in
            for fault in Fault.repairable {
                _ = try await fault.inject(into: platform, event: "event-\(fault.rawValue)")
            }
            let dump = try await platform.redis.dumpAll()
            for holds in ["rebuild", "purge"] {
                let run = try await program("rebuild", "--holds", holds, "--force")
                #expect(run.status & 2 == 2)
                #expect(try await platform.redis.dumpAll() == dump)
            }
            for scope in ["--stale", "--all"] {
                _ = try await program("purge", scope, "--force")
                #expect(try await platform.redis.dumpAll() == dump)
            }
        }
    }

    @Test func allFaultsAtOnceAreRepairedTogether() async throws {
        try await withPlatform { platform, program in
            var injections: [Injection] = []
            for fault in Fault.repairable {
                injections.append(try await fault.inject(into: platform, event: "event-\(fault.rawValue)"))
            }
            let check = try await program.report("check", "--deep")
            for fault in Fault.repairable { #expect(check.causes.contains(fault.rawValue), "\(fault)") }
            #expect(try await program("rebuild", "--holds", "rebuild", "--execute").status == 0)
            try await expectAgreement(on: platform)
            let index = try await platform.index()
            #expect(Set(index.keys) == Set(injections.flatMap(\.live).map(\.token)))
            let after = try await program.report("check", "--deep")
            #expect(after.exitStatus == 0)
            #expect(after.drift.isEmpty)
        }
    }
}

extension Platform {
    /// Three events that sell: sold, held, claimed, in both flows.
    func addHealthyEvents() async throws {
        for event in ["matinee", "gala", "late show"] {
            try await addEvent(event, categories: [("\(event) stalls", 100, 10), ("\(event) circle", 50, 5)])
            func acquire(_ name: String, _ stalls: Int, _ circle: Int) async throws -> PlatformHold {
                try await self.acquire(
                    "\(event) \(name)", event: event,
                    [Seats("\(event) stalls", stalls), Seats("\(event) circle", circle)])
            }
            _ = try await acquire("browsing", 2, 1)
            try await orderB(try await acquire("ordering", 1, 1))
            try await checkoutA(try await acquire("paying", 3, 2))
            let sold = try await acquire("sold", 1, 4)
            try await checkoutA(sold)
            try await sell(sold)
        }
    }
}
