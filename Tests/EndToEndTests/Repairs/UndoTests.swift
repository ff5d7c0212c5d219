import Foundation
import TestPlatform
import TestServers
import Testing

/// What a run has changed is in its journal before it is made, and goes back while nobody has touched it.
@Suite(.postgres) struct UndoTests {
    private static let soon = ["--release-after", "0.2"]
    private static let repair = ["rebuild", "--holds", "rebuild", "--execute"] + soon

    private func path(_ name: String, _ platform: Platform) -> String { "\(platform.redis.folder)/\(name)" }

    private func undo(_ name: String, _ platform: Platform, _ program: Program, _ options: [String] = []) async throws
        -> Document
    {
        try await program.report(["undo", path(name, platform)] + Self.soon + options)
    }

    /// Faults whose repair takes seats off sale that SQL has sold or promised: those never go on sale again.
    private static let offSale: Set<Fault> = [
        .lostHash, .staleTotal, .staleSold, .orphanInventory, .malformed, .oversold,
    ]

    @Test(arguments: Fault.repairable) func eachRepairGoesBackOrIsRefusedWithItsReason(_ fault: Fault) async throws {
        try await withPlatform { platform, program in
            _ = try await fault.inject(into: platform, event: "gala")
            let before = try await Keyspace(of: platform)
            let repaired = try await program.report(Self.repair + ["--journal", path("journal", platform)])
            #expect(repaired.exitStatus == 0)
            let left = try await Keyspace(of: platform)
            guard repaired.totals.applied > 0 || left != before else {
                #expect(!FileManager.default.fileExists(atPath: path("journal", platform)))
                return
            }
            let told = try await undo("journal", platform, program)
            #expect(try await Keyspace(of: platform) == left)
            let undone = try await undo(
                "journal", platform, program, ["--execute", "--journal", path("second", platform)])
            let after = try await Keyspace(of: platform)
            if undone.exitStatus == 0 {
                #expect(after.isSame(as: before), "\(after.differences(from: before))")
                #expect(told.exitStatus == 2)
                // An undo is a change like any other, so it can be taken back as well.
                let again = try await undo("second", platform, program, ["--execute"])
                #expect(again.exitStatus == 0)
                let redone = try await Keyspace(of: platform)
                #expect(redone.isSame(as: left), "\(redone.differences(from: left))")
            } else {
                #expect(Self.offSale.contains(fault), "\(undone.findings.compactMap(\.detail))")
                #expect(undone.findings.contains { $0.outcome == "refused" && $0.detail != nil })
                #expect(after.isSame(as: left))
            }
            try await expectNothingTooMuchOnSale(platform)
        }
    }

    /// No category sells more seats than SQL has left of it.
    private func expectNothingTooMuchOnSale(_ platform: Platform) async throws {
        let rows = try await platform.sql(
            "SELECT event_id || '|' || id || '|' || quantity_total - quantity_sold FROM ticket_categories")
        for row in rows.split(separator: "\n") {
            let parts = row.split(separator: "|").map(String.init)
            let fields = try await platform.inventory(event: parts[0], category: parts[1])
            guard let available = fields["available"].flatMap({ Int($0) }), let left = Int(parts[2]) else { continue }
            #expect(available <= max(left, 0), "\(row)")
        }
    }

    @Test func whatHasMovedIsToldAndLeft() async throws {
        try await withPlatform { platform, program in
            try await platform.addLeakingEvents(3)
            _ = try await program.report(Self.repair + ["--journal", path("journal", platform)])
            _ = try await platform.acquire("buyer", event: "e1", [Seats("e1-a", 2)])
            let told = try await program.run(["undo", path("journal", platform)] + Self.soon)
            // What is told is what is written: a version does not go back.
            #expect(told.output.contains("v=5") && !told.output.contains("v=3"), "\(told.output)")
            #expect(!told.output.contains("at risk"), "\(told.output)")
            let undone = try await undo("journal", platform, program, ["--execute"])
            #expect((undone.exitStatus, undone.totals.applied, undone.totals.moved) == (4, 2, 1))
            #expect(undone.findings.contains { $0.event == "e1" && $0.outcome == "moved" && $0.cause == "moved-since" })
            var fields = try await platform.inventory(event: "e2", category: "e2-a")
            #expect(
                fields == [
                    "total": "100", "sold": "0", "pending": "5", "available": "95", "version": "5", "note": "ours",
                ])
            fields = try await platform.inventory(event: "e1", category: "e1-a")
            #expect(fields["pending"] == "2" && fields["available"] == "98")
            let second = try await undo("journal", platform, program, ["--execute", "--event", "e2"])
            #expect((second.exitStatus, second.totals.applied) == (0, 0))
        }
    }

    /// Seats that the repair has taken off sale are sold in SQL: they stay off it.
    @Test func seatsThatAreSoldByNowStayOffSale() async throws {
        try await withPlatform { platform, program in
            try await platform.addLeakingEvents(1)
            // The repair believes another database, in which nothing is left.
            try await platform.sql("UPDATE ticket_categories SET quantity_sold = 100")
            _ = try await program.report(Self.repair + ["--journal", path("journal", platform)])
            #expect(try await platform.inventory(event: "e1", category: "e1-a")["available"] == "0")
            let refused = try await undo("journal", platform, program, ["--execute"])
            #expect(refused.exitStatus == 2)
            #expect(refused.findings.contains { $0.detail?.contains("95 seats on sale that are sold") == true })
            #expect(try await platform.inventory(event: "e1", category: "e1-a")["available"] == "0")
            try await platform.sql("UPDATE ticket_categories SET quantity_sold = 0")
            let undone = try await undo("journal", platform, program, ["--execute"])
            #expect((undone.exitStatus, undone.totals.applied) == (0, 1))
            #expect(try await platform.inventory(event: "e1", category: "e1-a")["available"] == "95")
        }
    }

    /// The cleaner would release such a hold when its time is over, although SQL has sold its seats.
    @Test func aHoldThatSQLHasSoldIsNotMadeReleasableAgain() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            let hold = try await platform.acquire(
                "paid", event: "gala", [Seats("stalls", 2)], at: Clock.now() - 300, hashTTL: 7200)
            try await platform.orderB(hold)
            try await platform.confirmSQL(hold, paidAt: Clock.now() - 300)
            let repaired = try await program.report(
                Self.repair + ["--finalize-grace", "0", "--journal", path("journal", platform)])
            #expect(repaired.totals.applied == 1)
            #expect(try await platform.hold(hold.token)["status"] == "finalized")
            let undone = try await undo("journal", platform, program, ["--finalize-grace", "0", "--execute"])
            #expect(undone.exitStatus == 2)
            #expect(undone.findings.contains { $0.detail?.contains("its seats are sold") == true })
            #expect(try await platform.hold(hold.token)["status"] == "finalized")
        }
    }

    @Test func itIsRefusedElsewhereAndWhereItIsDamaged() async throws {
        try await withPlatform { platform, program in
            try await platform.addLeakingEvents(1)
            _ = try await program.report(Self.repair + ["--journal", path("journal", platform)])
            let dump = try await platform.redis.dumpAll()
            func expectRefusal(
                _ name: String, _ words: String, _ options: [String] = [], environment: [String: String?] = [:]
            ) async throws {
                let run = try await program.run(
                    ["undo", path(name, platform), "--execute"] + Self.soon + options, environment: environment)
                #expect(run.status != 0)
                #expect(run.message.contains(words), "\(run.message)")
                #expect(try await platform.redis.dumpAll() == dump)
            }
            try await expectRefusal("journal", "is for the key prefix", ["--key-prefix", "other:", "--force"])
            let text = try String(contentsOfFile: path("journal", platform), encoding: .utf8)
            let cases = [
                ("", "it is empty"), ("{}\n", "line 1 was damaged"),
                (text.replacing("\"95\"", with: "\"99\""), "line 2 was damaged"),
                (String(text.drop { $0 != "\n" }.dropFirst()), "line 1 was damaged"),
            ]
            for (number, (content, words)) in cases.enumerated() {
                try Data(content.utf8).write(to: URL(fileURLWithPath: path("case\(number)", platform)))
                try await expectRefusal("case\(number)", words)
            }
            // A plan is no journal.
            _ = try await program.report(["plan", "-o", path("plan", platform)])
            try await expectRefusal("plan", "it is a plan, which the command apply takes")
            try await withPlatform { other, _ in
                try await other.addLeakingEvents(1)
                try await expectRefusal(
                    "journal", "made with another database",
                    environment: ["POSTGRES_CONNECTION_STRING": other.connectionString])
                // Its operator says that this was the mistake.
                let told = try await program.run(
                    ["undo", path("journal", platform), "--other-database"] + Self.soon,
                    environment: ["POSTGRES_CONNECTION_STRING": other.connectionString])
                #expect(told.status == 2, "\(told.message)")
            }
            // A journal that was cut is read up to its last whole line.
            let cut = text + String(text.suffix(40).prefix(20))
            try Data(cut.utf8).write(to: URL(fileURLWithPath: path("cut", platform)))
            let undone = try await program.report(["undo", path("cut", platform), "--execute"] + Self.soon)
            #expect((undone.exitStatus, undone.totals.applied) == (0, 1))
            #expect(undone.warnings.contains { $0.contains("ends in the middle of a line") })
        }
    }

    @Test func aJournalThatCannotBeKeptStopsTheRunBeforeItsFirstWrite() async throws {
        try await withPlatform { platform, program in
            try await platform.addLeakingEvents(1)
            let dump = try await platform.redis.dumpAll()
            try Data().write(to: URL(fileURLWithPath: path("there", platform)))
            for place in [path("there", platform), "/nowhere/journal"] {
                let run = try await program.run(Self.repair + ["--journal", place])
                #expect(run.status == 64, "\(place): \(run.message)")
                #expect(try await platform.redis.dumpAll() == dump)
            }
            // The disk is full when the first change is to be recorded.
            let full = try await program.withoutRoom.run(Self.repair + ["--journal", path("full", platform)])
            #expect(full.status == 1)
            #expect(full.message.contains("cannot be written"), "\(full.message)")
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    @Test func aFolderGetsAFileForEachRunAndKeepsTheNewest() async throws {
        try await withPlatform { platform, program in
            try await platform.addLeakingEvents(4)
            let folder = path("journals", platform)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            try Data().write(to: URL(fileURLWithPath: folder + "/mine"))
            var names: [[String]] = []
            for event in 1...4 {
                _ = try await program.report(
                    Self.repair + ["--journal", folder, "--journal-keep", "2", "--event", "e\(event)"])
                names.append(try FileManager.default.contentsOfDirectory(atPath: folder).sorted())
            }
            #expect(names.map(\.count) == [2, 3, 3, 3])
            #expect(names[3].contains("mine"))
            #expect(Set(names[3]).intersection(names[1]).count == 1 + 0)
            // A run that changes nothing makes none.
            _ = try await program.report(Self.repair + ["--journal", folder, "--journal-keep", "2"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == names[3])
        }
    }

    @Test func aWorkersRunsGoBackAsWell() async throws {
        try await withPlatform { platform, program in
            try await platform.addLeakingEvents(1)
            let refused = try await program.run(
                ["worker", "--rebuild-every", "1s", "--execute", "--journal", path("journal", platform)])
            #expect(refused.status == 64)
            #expect(refused.message.contains("it must be a folder"), "\(refused.message)")
            let folder = path("journals", platform)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            let end = try await program.worker(
                ["--rebuild-every", "1s", "--execute", "--journal", folder, "--release-after", "0.2"]
            ) { worker in
                _ = try await worker.wait(for: "a repair") {
                    let fields = try await platform.inventory(event: "e1", category: "e1-a")
                    return fields["pending"] == "0" ? true : nil
                }
            }
            #expect(end.status == 0)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(names.count == 1)
            let undone = try await undo("journals/" + (names.first ?? ""), platform, program, ["--execute"])
            #expect((undone.exitStatus, undone.totals.applied) == (0, 1))
            #expect(try await platform.inventory(event: "e1", category: "e1-a")["pending"] == "5")
        }
    }

    @Test func ofAPurgeHoldsOfOneCategoryComeBackTogether() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            for number in 1...3 {
                _ = try await platform.acquire(
                    "late\(number)", event: "gala", [Seats("stalls", number)], at: Clock.now() - 900, hashTTL: 7200)
            }
            let before = try await Keyspace(of: platform)
            let purged = try await program.report([
                "purge", "--stale", "--execute", "--journal", path("journal", platform),
            ])
            #expect(purged.totals.applied == 3)
            #expect(try await platform.inventory(event: "gala", category: "stalls")["available"] == "100")
            let undone = try await undo("journal", platform, program, ["--execute"])
            #expect(undone.exitStatus == 0, "\(undone.findings.compactMap(\.detail))")
            let after = try await Keyspace(of: platform)
            #expect(after.isSame(as: before), "\(after.differences(from: before))")
        }
    }

    /// The hold was extended while the index was gone: its old member would have it released before its time.
    @Test func aMemberThatWouldEndAHoldTooEarlyIsNotPutBack() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            let hold = try await platform.acquire("held", event: "gala", [Seats("stalls", 2)])
            _ = try await platform.acquire("other", event: "gala", [Seats("stalls", 1)])
            _ = try await program.report([
                "purge", "--all", "--force", "--expect", "2", "--execute", "--journal", path("journal", platform),
            ])
            try await platform.redis.command(
                "HSET", platform.holdKey(hold.token), "expiresAtEpoch", String(hold.expiresAt + 600))
            let undone = try await undo("journal", platform, program, ["--execute"])
            #expect((undone.exitStatus, undone.totals.applied) == (2, 1))
            #expect(undone.findings.contains { $0.detail?.contains("before its time") == true })
            #expect(try await platform.index().keys.sorted() == ["other"])
        }
    }

    @Test func ofAPurgePutsMembersBack() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            try await platform.redis.command("ZADD", platform.indexKey, "1.5", "nobody")
            let before = try await Keyspace(of: platform)
            for purge in [["--stale"], ["--all", "--force"] + (try await platform.expectingMembers())] {
                let name = "journal\(purge.count)"
                let purged = try await program.report(
                    ["purge"] + purge + ["--execute", "--journal", path(name, platform)])
                #expect(purged.totals.applied > 0)
                let undone = try await undo(name, platform, program, ["--execute"])
                #expect(undone.exitStatus == 0, "\(undone.findings.compactMap(\.detail))")
                let after = try await Keyspace(of: platform)
                #expect(after.isSame(as: before), "\(after.differences(from: before))")
            }
        }
    }
}
