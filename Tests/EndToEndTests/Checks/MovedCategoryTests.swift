import TestPlatform
import TestServers
import Testing

/// An organiser moves a category to another event, or hides it, while its seats are held: until those holds are over nothing
/// is deleted that they name, and nothing is on sale twice.
@Suite(.postgres) struct MovedCategoryTests {
    /// Which event sorts first: pages are read in that order.
    struct Move: Sendable, CustomTestStringConvertible {
        let from: String
        let to: String
        let traffic: String

        var testDescription: String { "\(from) to \(to), \(traffic)" }

        static let all = [("a", "b"), ("b", "a")].flatMap { from, to in
            ["live", "stopped"].map { Move(from: from, to: to, traffic: $0) }
        }

        var rebuild: [String] {
            ["rebuild", "--holds", "rebuild", "--execute", "--traffic", traffic, "--release-after", "0.5"]
        }
    }

    private struct Holds {
        let browsing: PlatformHold
        let paid: PlatformHold
    }

    /// Two events, of which one loses a category with five seats held, and a third.
    private func move(_ move: Move, on platform: Platform) async throws -> Holds {
        try await platform.addEvent(move.from, categories: [("moved", 10, 0), ("stays", 10, 0)])
        try await platform.addEvent(move.to, categories: [("own", 10, 0)])
        try await platform.addEvent("other", categories: [("other", 10, 0)])
        let browsing = try await platform.acquire("browsing", event: move.from, [Seats("moved", 2)])
        let paid = try await platform.acquire("paid", event: move.from, [Seats("moved", 3)])
        try await platform.orderB(paid)
        try await platform.payB(paid)
        try await platform.sql("UPDATE ticket_categories SET event_id = '\(move.to)' WHERE id = 'moved'")
        return Holds(browsing: browsing, paid: paid)
    }

    /// Runs a rebuild that must leave both events, and tell of both.
    private func expectRefusal(of move: Move, by program: Program) async throws {
        let report = try await program.report(move.rebuild)
        #expect(report.exitStatus == 2 && report.error == nil)
        for event in [move.from, move.to] {
            let told = report.findings.filter { $0.event == event && $0.outcome == "refused" }
            #expect(
                told.contains { finding in
                    finding.category == "moved"
                        && [move.from, move.to].allSatisfy { finding.detail?.contains("event \($0)") == true }
                }, "\(event): \(report.findings)")
        }
        #expect(!report.findings.contains { $0.outcome == "applied" && $0.event != "other" }, "\(report.findings)")
        #expect(report.totals.refused == 2)
    }

    @Test(arguments: Move.all) func nothingIsDeletedOrOpenedWhileHoldsNameIt(_ move: Move) async throws {
        try await withPlatform { platform, program in
            let holds = try await self.move(move, on: platform)
            let before = try await platform.inventory(event: move.from, category: "moved")
            #expect(before["pending"] == "5")
            try await expectRefusal(of: move, by: program)
            #expect(try await platform.inventory(event: move.from, category: "moved") == before)
            #expect(try await platform.inventory(event: move.to, category: "moved").isEmpty)
            #expect(try await platform.hold("browsing")["status"] == "held")
            #expect(try await platform.hold("paid")["status"] == "checkout_committed")

            // Once they are over it is written where SQL has it, with what was sold.
            try await platform.release(holds.browsing)
            try await platform.sell(holds.paid)
            #expect(try await program.report(move.rebuild).exitStatus == 0)
            #expect(try await platform.inventory(event: move.from, category: "moved").isEmpty)
            let counts = try await platform.inventory(event: move.to, category: "moved")
            #expect(counts["available"] == "7" && counts["sold"] == "3" && counts["pending"] == "0")
            try await expectAgreement(on: platform)
        }
    }

    @Test(arguments: Move.all) func itIsNotOpenedByARunThatLooksAtItsNewEventAlone(_ move: Move) async throws {
        try await withPlatform { platform, program in
            let holds = try await self.move(move, on: platform)
            let report = try await program.report(move.rebuild + ["--event", move.to])
            #expect(report.exitStatus == 2 && report.totals.applied == 0 && report.totals.refused == 1)
            #expect(try await platform.inventory(event: move.to, category: "moved").isEmpty)
            // Of the order alone, where no inventory tells of it.
            try await platform.release(holds.browsing)
            try await platform.redis.command("DEL", platform.inventoryKey(event: move.from, category: "moved"))
            #expect(try await program.report(move.rebuild + ["--event", move.to]).totals.refused == 1)
            #expect(try await platform.inventory(event: move.to, category: "moved").isEmpty)
        }
    }

    @Test(arguments: Move.all) func itIsNotOpenedWhereItsOldInventoryIsLostAsWell(_ move: Move) async throws {
        try await withPlatform { platform, program in
            _ = try await self.move(move, on: platform)
            try await platform.redis.command("DEL", platform.inventoryKey(event: move.from, category: "moved"))
            try await platform.redis.command("DEL", platform.inventoryKey(event: "other", category: "other"))
            try await expectRefusal(of: move, by: program)
            #expect(try await platform.inventory(event: move.to, category: "moved").isEmpty)
            #expect(try await platform.inventory(event: "other", category: "other")["available"] == "10")
        }
    }

    @Test(arguments: Move.all) func neitherEventComesBackToARedisThatWasEmptied(_ move: Move) async throws {
        try await withPlatform { platform, program in
            _ = try await self.move(move, on: platform)
            try await platform.redis.flushAll()
            try await expectRefusal(of: move, by: program)
            for event in [move.from, move.to] {
                #expect(try await platform.inventory(event: event, category: "moved").isEmpty)
            }
            #expect(try await platform.hold("paid").isEmpty)
            #expect(try await platform.inventory(event: "other", category: "other")["available"] == "10")

            try await platform.sql("UPDATE orders SET status = 'refunded'")
            #expect(try await program.run(move.rebuild).status == 0)
            try await expectAgreement(on: platform)
        }
    }

    @Test(arguments: Move.all) func theEventThatItCameFromMayBeGone(_ move: Move) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent(move.from, categories: [("moved", 10, 0)])
            try await platform.addEvent(move.to, categories: [("own", 10, 0)])
            let hold = try await platform.acquire("browsing", event: move.from, [Seats("moved", 2)])
            try await platform.sql(
                """
                UPDATE ticket_categories SET event_id = '\(move.to)' WHERE id = 'moved';
                DELETE FROM events WHERE id = '\(move.from)';
                """)
            let report = try await program.report(move.rebuild)
            #expect(report.exitStatus == 2)
            #expect(report.findings.filter { $0.outcome == "refused" }.contains { $0.cause == "orphan-inventory" })
            #expect(try await platform.inventory(event: move.from, category: "moved")["pending"] == "2")
            #expect(try await platform.inventory(event: move.to, category: "moved").isEmpty)

            try await platform.release(hold)
            #expect(try await program.run(move.rebuild).status == 0)
            #expect(try await platform.inventory(event: move.from, category: "moved").isEmpty)
            #expect(try await platform.inventory(event: move.to, category: "moved")["available"] == "10")
        }
    }

    @Test(arguments: ["live", "stopped"])
    func oneThatSQLHidesKeepsItsInventoryWhileHoldsNameIt(_ traffic: String) async throws {
        let rebuild = ["rebuild", "--holds", "rebuild", "--execute", "--traffic", traffic]
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 10, 0), ("hidden", 10, 0)])
            let hold = try await platform.acquire("browsing", event: "gala", [Seats("hidden", 2)])
            try await platform.sql("DELETE FROM ticket_categories WHERE id = 'hidden'")
            let report = try await program.report(rebuild)
            #expect(report.exitStatus == 2)
            #expect(report.causes == ["malformed", "orphan-inventory"])
            #expect(report.findings.allSatisfy { $0.outcome == "refused" })
            #expect(try await platform.inventory(event: "gala", category: "hidden")["pending"] == "2")

            try await platform.release(hold)
            #expect(try await program.run(rebuild).status == 0)
            #expect(try await platform.inventory(event: "gala", category: "hidden").isEmpty)
        }
    }

    /// Where each event has a category `vip`, that of one is not another's.
    @Test func anIDOfEveryEventIsNotTakenForMoved() async throws {
        try await withPlatform { platform, program in
            try await platform.sql("ALTER TABLE ticket_categories DROP CONSTRAINT ticket_categories_pkey CASCADE")
            for event in ["a", "b", "c"] { try await platform.addEvent(event, categories: [("vip", 10, 0)]) }
            try await platform.acquire("browsing", event: "a", [Seats("vip", 2)])
            try await platform.sql("DELETE FROM ticket_categories WHERE event_id = 'a'")
            try await platform.redis.command("DEL", platform.inventoryKey(event: "b", category: "vip"))
            let report = try await program.report([
                "rebuild", "--holds", "rebuild", "--execute", "--traffic", "stopped",
            ])
            #expect(report.totals.applied == 1 && report.totals.refused == 1)
            #expect(try await platform.inventory(event: "b", category: "vip")["available"] == "10")
            #expect(try await platform.inventory(event: "a", category: "vip")["pending"] == "2")
        }
    }
}
