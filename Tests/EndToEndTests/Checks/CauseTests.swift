import TestPlatform
import TestServers
import Testing

/// Every cause of the runbook, made by the platform's own scripts: named, repaired, proved.
@Suite(.postgres) struct CauseTests {
    @Test(arguments: Fault.repairable) func isNamedAndRepaired(_ fault: Fault) async throws {
        try await withPlatform { platform, program in
            let injection = try await fault.inject(into: platform, event: "gala")
            let before = try await platform.inventory(of: injection)

            let check = try await program.report("check", "--deep")
            #expect(check.causes.contains(fault.rawValue))
            #expect(check.exitStatus == (fault.isForPeople ? 0 : 2))
            #expect(!check.executed)
            #expect(injection.isCounted(in: check))
            let untouched = try await platform.hashes(of: injection.redisOnly)

            let rebuild = try await program.report("rebuild", "--holds", "rebuild", "--execute")
            #expect(rebuild.exitStatus == 0)
            #expect(rebuild.executed)
            #expect(rebuild.totals.byCause[fault.rawValue] == check.totals.byCause[fault.rawValue])

            try await expectAgreement(on: platform)
            try await platform.expect(injection)
            #expect(try await platform.hashes(of: injection.redisOnly) == untouched)
            for (category, after) in try await platform.inventory(of: injection) {
                let before = try #require(before[category])
                let versions = (Int(before["version"] ?? "") ?? 0, Int(after["version"] ?? "") ?? 0)
                #expect(before == after ? versions.0 == versions.1 : versions.0 < versions.1, "\(category)")
            }

            let dump = try await platform.redis.dumpAll()
            try await platform.redis.command("CONFIG", "RESETSTAT")
            let second = try await program.report("rebuild", "--holds", "rebuild", "--execute")
            let writes = try await platform.redis.writes()
            #expect(writes == [:])
            #expect(try await platform.redis.dumpAll() == dump)
            #expect(second.drift.isEmpty)
            #expect(second.exitStatus == 0)
        }
    }
}

extension Fault {
    /// What only people can put right is no drift: Redis already says what SQL says.
    var isForPeople: Bool {
        [.extendedHold, .orderWithoutHold, .oversold].contains(self)
    }
}

extension Injection {
    /// Whether the document tells the fault's seats to the last one, under its own cause.
    func isCounted(in document: Document) -> Bool {
        func sum(_ cause: Fault) -> Int {
            document.findings.filter { $0.cause == cause.rawValue }.reduce(0) { $0 + $1.seats }
        }
        switch cause {
        // A zombie's hash no longer says which seats it had: they are counted as what they are, a leak.
        case .zombieHold: return sum(.zombieHold) == 0 && sum(.ttlRace) == seats
        // Seen from both sides.
        case .swappedCategories: return sum(cause) == 2 * seats
        // The whole category cannot be counted while one count is no number.
        case .malformed: return sum(cause) == 100
        // No seat is counted wrongly: the note tells those of the hold that SQL believes expired.
        case .extendedHold: return sum(cause) == faulty?.seats.reduce(0) { $0 + $1.quantity }
        default: return sum(cause) == seats
        }
    }
}
