import TestPlatform
import TestServers
import Testing

/// The commands of the runbook, in their order, end as the runbook says, with the accounts of `ops/deploy`.
@Suite(.postgres) struct RunbookTests {
    @Test func afterRedisWasLost() async throws {
        try await withGuests(.redis7) { platform, _, repair in
            try await platform.addHealthyEvents()
            let steps = try Runbook.steps(of: "What if Redis was lost, flushed or restored from an old backup?")
            // The three ways to do it begin with a Redis that has nothing.
            for way in [steps[0..<4], steps[4..<7], steps[7...]] {
                try await platform.redis.flushAll()
                try await follow(way, as: repair)
                try await expectAgreement(on: platform)
            }
        }
    }

    @Test func beforeADrop() async throws {
        try await withGuests(.redis7) { platform, _, repair in
            try await platform.addEveryFault()
            try await follow(Runbook.steps(of: "What if I want to be sure before a drop?")[...], as: repair)
            try await expectAgreement(on: platform)
        }
    }

    @Test func beforeADropWithoutHolds() async throws {
        try await withGuests(.redis7) { platform, _, repair in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            let held = try await platform.acquire("held", event: "gala", [Seats("stalls", 2)])
            try await follow(Runbook.steps(of: "What if a drop shall begin with no holds at all?")[...], as: repair)
            #expect(try await platform.hold(held.token)["status"] == "cancelled")
            #expect(try await platform.inventory(event: "gala", category: "stalls")["available"] == "90")
            try await expectAgreement(on: platform)
        }
    }

    @Test func fromCron() async throws {
        try await withGuests(.redis7) { platform, _, repair in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            let live = try await platform.acquire("live", event: "gala", [Seats("stalls", 1)])
            _ = try await platform.acquire("expired", event: "gala", [Seats("stalls", 2)], at: Clock.now() - 700)
            try await platform.redis.command("ZADD", platform.indexKey, "1", "nobody")
            try await follow(Runbook.steps(of: "What goes into cron?")[...], as: repair)
            let members = try await platform.index().keys
            #expect(Set(members) == [live.token])
            try await expectAgreement(on: platform)
        }
    }

    @Test func whereTwoPeopleMustAgree() async throws {
        try await withGuests(.redis7) { platform, _, repair in
            try await platform.addEveryFault()
            let steps = try Runbook.steps(of: "What if two people must agree?")
            try await follow(steps[...], as: repair, in: platform.redis.folder)
            try await expectAgreement(on: platform)
        }
    }

    @Test func whereARepairWasWrong() async throws {
        try await withGuests(.redis7) { platform, _, repair in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let counts = try await platform.inventory(event: "gala", category: "gala-stalls")["pending"]
            try await follow(
                Runbook.steps(of: "What if a repair was wrong?")[...], as: repair, in: platform.redis.folder)
            #expect(try await platform.inventory(event: "gala", category: "gala-stalls")["pending"] == counts)
        }
    }

    /// - Parameter folder: where plans and journals go.
    private func follow(_ steps: ArraySlice<Runbook.Step>, as guest: Guest, in folder: String? = nil) async throws {
        #expect(steps.count >= 3)
        for step in steps {
            let arguments = step.arguments.map { word in
                folder.map { word.hasSuffix(".jsonl") || word.hasSuffix(".journal") ? "\($0)/\(word)" : word } ?? word
            }
            let run = try await guest.run(arguments)
            #expect(run.status == step.status, "\(step.arguments): \(run.message)")
        }
    }
}

/// The commands of `ops/runbook.md`: indented, and behind each the exit status that it has.
enum Runbook {
    struct Step {
        let arguments: [String]
        let status: Int32
    }

    static func steps(of heading: String) throws -> [Step] {
        let sections = try Deployment.text("ops/runbook.md").split(separator: "\n## ")
        let section = try #require(sections.first { $0.hasPrefix(heading + "\n") })
        return section.split(separator: "\n").compactMap { line in
            guard let match = line.wholeMatch(of: #/    hold-reconciler (.*?) +# (\d+)/#),
                let status = Int32(match.output.2)
            else { return nil }
            // A file for the report is the operator's business.
            let words = match.output.1.split(separator: " ").filter { !$0.hasPrefix(">") }
            return Step(arguments: words.map(String.init), status: status)
        }
    }
}
