import Foundation
import TestPlatform
import TestServers
import Testing

/// What a run prints and leaves in files.
@Suite(.postgres) struct OutputTests {
    @Test func resultsGoToStdoutAndNothingElseDoes() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let run = try await program("check")
            #expect(run.output.hasPrefix("cause"))
            #expect(run.output.contains("ttl-race"))
            #expect(run.output.hasSuffix("drift found, nothing written"))
        }
    }

    @Test func theMaintenanceLogGetsOneLineARun() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let file = "\(platform.redis.folder)/maintenance.jsonl"
            _ = try await program("check", "--maintenance-log", file)
            _ = try await program("rebuild", "--holds", "rebuild", "--execute", "--maintenance-log", file)
            _ = try await program("check", "--redis", "redis://:secret@127.0.0.1:1", "--maintenance-log", file)
            let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            let entries = try lines.map { try JSONDecoder().decode(Entry.self, from: Data($0.utf8)) }
            #expect(entries.map(\.command) == ["check", "rebuild", "check"])
            #expect(entries.map(\.exitStatus) == [2, 0, 1])
            #expect(entries.map(\.executed) == [false, true, false])
            #expect(entries.map { $0.totals.byCause["ttl-race"]?.seats } == [4, 4, nil])
            #expect(entries[0].snapshot.firstAt != nil && entries[0].snapshot.lsn != nil)
            #expect(entries[1].options["keyPrefix"] == "eventix:test:")
            #expect(!lines.joined().contains("secret"))
        }
    }

    @Test func aResultThatCannotBeWrittenIsAFailure() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            for command in ["check", "doctor"] {
                let run = try await program.run([command], outputFile: "/dev/full")
                #expect(run.status == 1)
                #expect(run.message.contains("could not be written to stdout"))
            }
        }
    }

    @Test func oneCategoryThatIsOversoldIsToldInSeats() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.oversold.inject(into: platform, event: "gala")
            #expect(try await program.report("check").totals.oversoldSeats == 3)
            #expect(try await program("check").output.contains("oversold by 3 seats"))
        }
    }

    /// A pipe has no columns: what reads it needs the whole.
    @Test func inspectShortensNothingThatGoesToAPipe() async throws {
        try await withPlatform { platform, program in
            let names = (1...12).map { "category-of-the-great-hall-\($0)" }
            try await platform.addEvent("gala", categories: names.map { ($0, 100, 10) })
            let token = String(repeating: "token", count: 20)
            _ = try await platform.acquire(token, event: "gala", names.map { Seats($0, 2) })
            let sheet = try await program("inspect", "gala").output
            for name in names { #expect(sheet.contains("\(name) × 2"), "\(sheet)") }
            #expect(sheet.contains(token))
        }
    }

    @Test func inspectShowsSQLBesideRedis() async throws {
        try await withPlatform { platform, program in
            let injection = try await Fault.lostHash.inject(into: platform, event: "gala")
            let token = try #require(injection.faulty).token
            let event = try await program("inspect", "gala")
            #expect(event.status == 0)
            for text in ["gala-stalls", "SQL", "Redis", token, "lost-hash"] { #expect(event.output.contains(text)) }
            let category = try await program("inspect", "gala", "gala-circle")
            #expect(!category.output.contains("gala-stalls  SQL"))
            let hold = try await program("inspect", "--hold", token)
            #expect(hold.output.contains("active, hash to be written again"))
            #expect(!hold.output.contains("gala-browsing"))
            #expect(try await program("inspect", "opera").status == 32)
            #expect(try await program("inspect", "gala", "balcony").status == 32)
            #expect(try await program("inspect", "gala", "--hold", "nobody").status == 32)
            try await platform.redis.command("ZADD", platform.indexKey, "7", "stray")
            #expect(try await program("inspect", "--hold", "stray").message.contains("in the index with score 7"))
            #expect(try await program("inspect", "--hold", "nobody").status == 32)
        }
    }

    @Test func doctorSaysWhetherARunCouldWork() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let healthy = try await program("doctor")
            #expect(healthy.status == 0)
            for text in ["postgres", "redis", "clocks", "schema"] { #expect(healthy.output.contains(text)) }
            let elsewhere = try await program("doctor", "--key-prefix", "eventix:prod:")
            #expect(elsewhere.status == 32)
            #expect(elsewhere.output.contains("--key-prefix"))
            try await platform.sql("TRUNCATE events CASCADE")
            let nowhere = try await program("doctor")
            #expect(nowhere.status == 32)
            #expect(nowhere.output.contains("SQL has no event"))
            try await platform.sql("ALTER TABLE orders DROP COLUMN paid_at")
            let missing = try await program("doctor")
            #expect(missing.status == 1)
            #expect(missing.output.contains("orders.paid_at: missing column"))
            let away = try await program("doctor", "--redis", "redis://127.0.0.1:1")
            #expect(away.status == 1)
            #expect(away.output.contains("FAIL"))
        }
    }

    private struct Entry: Decodable {
        let command: String
        let exitStatus: Int
        let executed: Bool
        let options: [String: String]
        let totals: Document.Totals
        let snapshot: Document.Snapshot
    }
}
