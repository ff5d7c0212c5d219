import Foundation
import TestPlatform
import TestServers
import Testing

/// A plan is made, read by people, and applied: exactly that, and nothing else.
@Suite(.postgres) struct PlanTests {
    private static let soon = ["--release-after", "0.2"]

    private func path(_ name: String, _ platform: Platform) -> String { "\(platform.redis.folder)/\(name)" }

    @discardableResult
    private func plan(_ name: String, _ platform: Platform, _ program: Program, _ options: [String] = []) async throws
        -> Document
    {
        try await program.report(["plan", "-o", path(name, platform)] + Self.soon + options)
    }

    private func apply(_ name: String, _ platform: Platform, _ program: Program, _ options: [String] = []) async throws
        -> Document
    {
        try await program.report(["apply", path(name, platform)] + Self.soon + options)
    }

    @Test(arguments: Fault.repairable) func ofEachCauseIsAppliedAndThenThereIsNothingLeft(_ fault: Fault) async throws {
        try await withPlatform { platform, program in
            let injection = try await fault.inject(into: platform, event: "gala")
            let dump = try await platform.redis.dumpAll()
            let check = try await program.report("check", "--deep")
            let planned = try await plan("plan", platform, program)
            #expect(planned.exitStatus == check.exitStatus)
            #expect(planned.totals.byCause == check.totals.byCause)
            let fitting = try await apply("plan", platform, program)
            #expect(fitting.exitStatus == check.exitStatus)
            #expect(fitting.totals.differing == planned.totals.differing)
            #expect(try await platform.redis.dumpAll() == dump)

            let applied = try await apply("plan", platform, program, ["--execute"])
            #expect(applied.exitStatus == 0)
            #expect(applied.totals.applied == planned.totals.differing)
            try await expectAgreement(on: platform)
            try await platform.expect(injection)

            try await platform.redis.command("CONFIG", "RESETSTAT")
            #expect(try await apply("plan", platform, program, ["--execute"]).exitStatus == 0)
            #expect(try await platform.redis.writes() == [:])
        }
    }

    private func pending(_ number: Int, _ platform: Platform) async throws -> String? {
        try await platform.inventory(event: "e\(number)", category: "e\(number)-a")["pending"]
    }

    @Test func whatHasMovedIsToldWithBothValuesAndLeft() async throws {
        try await withPlatform { platform, program in
            try await platform.addLeakingEvents(4)
            try await plan("plan", platform, program)
            // A buyer comes in one event; another's leak is found by somebody else; a third gets more seats in SQL.
            let held = try await platform.acquire("buyer", event: "e1", [Seats("e1-a", 2)])
            try await platform.redis.command(
                "HSET", platform.inventoryKey(event: "e2", category: "e2-a"), "pending", "0", "available", "100",
                "version",
                "4")
            try await platform.sql("UPDATE ticket_categories SET quantity_total = 120 WHERE id = 'e3-a'")
            let applied = try await apply("plan", platform, program, ["--execute"])
            #expect(applied.exitStatus == 4)
            #expect(applied.totals.applied == 1)
            #expect(applied.totals.moved == 2)
            #expect(
                applied.findings.filter { $0.outcome == "moved" }.map(\.cause) == [
                    "moved-since", "moved-since",
                ])
            #expect(
                applied.findings.contains { $0.event == "e1" && $0.detail?.contains("the counts have moved") == true })
            #expect(
                applied.findings.contains { $0.event == "e3" && $0.detail?.contains("other counts are right") == true })
            #expect(try await pending(4, platform) == "0")
            #expect(try await pending(1, platform) == "7")
            #expect(try await pending(3, platform) == "5")
            #expect(try await platform.hold(held.token)["status"] == "held")
            #expect(applied.next == "hold-reconciler plan -o \(path("plan.new", platform))")
        }
    }

    /// Redis is as the plan saw it, and SQL has sold the seats since: they must not go on sale.
    @Test func seatsThatWereSoldSinceAreNotPutOnSale() async throws {
        try await withPlatform { platform, program in
            try await platform.addLeakingEvents(1)
            try await plan("plan", platform, program)
            try await platform.sql("UPDATE ticket_categories SET quantity_sold = 5 WHERE id = 'e1-a'")
            #expect(try await apply("plan", platform, program, ["--execute"]).exitStatus == 4)
            #expect(try await pending(1, platform) == "5")
        }
    }

    @Test func onlyWhatIsInItIsWritten() async throws {
        try await withPlatform { platform, program in
            try await platform.addLeakingEvents(3)
            try await platform.redis.command("ZADD", platform.indexKey, "1", "nobody")
            try await plan("one", platform, program, ["--event", "e2"])
            let one = try await apply("one", platform, program, ["--execute"])
            #expect((one.exitStatus, one.totals.applied) == (0, 1))
            try await plan("all", platform, program)
            #expect(try await apply("all", platform, program, ["--event", "e9"], fails: "the plan has no event 'e9'"))
            #expect(try await apply("all", platform, program, ["--event", "e1", "--execute"]).totals.applied == 1)
            #expect(try await pending(3, platform) == "5")
            try await platform.redis.command("ZADD", platform.indexKey, "1", "another")
            let all = try await program.run(["apply", path("all", platform), "--execute"] + Self.soon)
            #expect(all.status == 0)
            #expect(all.output.contains("1 others that may differ are not in it, and were left"), "\(all.output)")
            #expect(try await pending(3, platform) == "0")
            #expect(try await platform.index() == ["another": 1])
        }
    }

    private func apply(
        _ name: String, _ platform: Platform, _ program: Program, _ options: [String], fails words: String,
        environment: [String: String?] = [:]
    ) async throws -> Bool {
        let dump = try await platform.redis.dumpAll()
        let run = try await program.run(
            ["apply", path(name, platform), "--execute"] + Self.soon + options, environment: environment)
        #expect(run.message.contains(words), "\(run.message)")
        let after = try await platform.redis.dumpAll()
        return run.status != 0 && after == dump
    }

    @Test func itIsRefusedElsewhere() async throws {
        try await withPlatform { platform, program in
            try await platform.addLeakingEvents(1)
            try await plan("plan", platform, program)
            #expect(
                try await apply(
                    "plan", platform, program, ["--key-prefix", "other:", "--force"],
                    fails: "the plan is for the key prefix"))
            #expect(
                try await apply(
                    "plan", platform, program, ["--abandon-order", "o1"],
                    fails: "was made with other options: --abandon-order was nothing and is 'o1'"))
            try await withPlatform { other, _ in
                try await other.addLeakingEvents(1)
                #expect(
                    try await apply(
                        "plan", platform, program, [], fails: "made with another database",
                        environment: ["POSTGRES_CONNECTION_STRING": other.connectionString]))
                let elsewhere = try await program.run(
                    ["apply", path("plan", platform), "--execute"] + Self.soon,
                    environment: ["REDIS_URL": other.redis.url])
                #expect(elsewhere.message.contains("made with another Redis"), "\(elsewhere.message)")
                #expect(try await pending(1, other) == "5")
            }
        }
    }

    @Test func aFileThatIsNoWholePlanIsRefused() async throws {
        try await withPlatform { platform, program in
            try await platform.addLeakingEvents(2)
            try await plan("plan", platform, program)
            let text = try String(contentsOfFile: path("plan", platform), encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let cases = [
                ("", "it is empty"), ("\n", "has not come to its end"), ("{}\n", "it is no plan of this program"),
                (String(text.dropLast(2)), "it ends in the middle of line 3"),
                (lines.dropLast(2).joined(separator: "\n") + "\n", "it was damaged or edited"),
                (text.replacing("\"available\":100", with: "\"available\":101"), "line 2 is no item"),
                (text.replacing("\"seats\":5", with: "\"seats\":5 "), "line 2 is no item"),
                (text.replacing("\"version\":1", with: "\"version\":2"), "its format has the version 2"),
                (text.replacing("\"keyPrefix\":\"", with: "\"keyPrefix\":\"x"), "it was damaged or edited"),
                (text + String(lines[1]) + "\n", "line 4 is about the same"),
                (String(lines[0]) + "\n" + String(repeating: "[", count: 100_000) + "\n", "line 2 is no item"),
            ]
            for (number, (content, words)) in cases.enumerated() {
                try Data(content.utf8).write(to: URL(fileURLWithPath: path("case\(number)", platform)))
                #expect(try await apply("case\(number)", platform, program, [], fails: words))
            }
            #expect(try await apply("none", platform, program, [], fails: "is not applied"))
            _ = try await apply("plan", platform, program, ["--execute", "--journal", path("journal", platform)])
            #expect(try await apply("journal", platform, program, [], fails: "it is a journal, which the command undo"))
            // One that is there is not written over.
            let again = try await program.run(["plan", "-o", path("plan", platform)])
            #expect(again.status == 1)
            #expect(again.message.contains("it is there already"), "\(again.message)")
            #expect(try String(contentsOfFile: path("plan", platform), encoding: .utf8) == text)
        }
    }

    @Test(arguments: ["live", "stopped"]) func ofAnEmptiedRedisWritesAllOfIt(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            try await platform.redis.command("FLUSHALL")
            let planned = try await plan("plan", platform, program, ["--traffic", traffic])
            #expect(planned.totals.differing > 0)
            let applied = try await apply("plan", platform, program, ["--traffic", traffic, "--execute"])
            #expect((applied.exitStatus, applied.totals.applied) == (0, planned.totals.differing))
            try await expectAgreement(on: platform)
        }
    }

    @Test func ofAPurgeDoesWhatThePurgeWouldDo() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            try await platform.redis.command("ZADD", platform.indexKey, "1", "nobody", "2", "nobody either")
            let members = try await platform.index().count
            let planned = try await plan("stale", platform, program, ["--purge", "stale"], isLive: false)
            #expect(planned.totals.differing == 2)
            try await platform.redis.command("ZREM", platform.indexKey, "nobody")
            try await platform.redis.command("ZADD", platform.indexKey, "3", "a third")
            let stale = try await program.report(["apply", path("stale", platform), "--execute"])
            #expect((stale.exitStatus, stale.totals.applied) == (0, 1))
            #expect(try await platform.index().keys.sorted().prefix(1) == ["a third"])
            #expect(try await platform.index().count == members - 1)
        }
    }

    private func plan(
        _ name: String, _ platform: Platform, _ program: Program, _ options: [String], isLive: Bool
    ) async throws -> Document {
        try await program.report(["plan", "-o", path(name, platform)] + options)
    }

    @Test func ofAPurgeOfAllHoldsNeedsTheirNumber() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            let held = try await platform.acquire("held", event: "gala", [Seats("stalls", 2)])
            let planned = try await plan("plan", platform, program, ["--holds", "purge"])
            #expect(planned.totals.differing == 1)
            #expect(try await apply("plan", platform, program, [], fails: "--expect"))
            let applied = try await apply("plan", platform, program, ["--execute", "--expect", "1"])
            #expect((applied.exitStatus, applied.totals.applied) == (0, 1))
            #expect(try await platform.hold(held.token)["status"] == "cancelled")
            #expect(try await platform.inventory(event: "gala", category: "stalls")["available"] == "90")
        }
    }

    @Test func thatOnlyTightensPutsNoSeatOnSale() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "leaky")
            try await platform.addEvent("gala", categories: [("seats", 100, 10)])
            try await platform.sql("UPDATE ticket_categories SET quantity_sold = 15 WHERE id = 'seats'")
            let leak = try await platform.inventory(event: "leaky", category: "leaky-stalls")
            try await plan("plan", platform, program, ["--only", "tighten"])
            #expect(try await apply("plan", platform, program, [], fails: "--only was 'tighten' and is nothing"))
            let applied = try await apply("plan", platform, program, ["--only", "tighten", "--execute"])
            #expect(applied.totals.applied == 1)
            #expect(try await platform.inventory(event: "leaky", category: "leaky-stalls") == leak)
        }
    }

    /// A run that does not come to its end leaves no plan.
    @Test func aRunThatFailsLeavesNoFile() async throws {
        try await withPlatform { platform, program in
            try await platform.addLeakingEvents(1)
            let run = try await program.run(["plan", "-o", path("plan", platform), "--time-limit", "0.001"])
            #expect(run.status & 8 == 8)
            #expect(!FileManager.default.fileExists(atPath: path("plan", platform)))
            #expect(run.output.contains("no plan was made"), "\(run.output)")
        }
    }
}
