import Foundation
import LocalFiles
import TestRandom
import TestServers
import Testing

@testable import ChangeFiles
@testable import HoldModel

/// Plans as files: what is written is read, and nothing else is.
@Suite struct PlanFileTests {
    private let origin = Origin(
        program: "1", command: "plan", madeAt: Timestamp(milliseconds: 1), options: ["--holds": "rebuild"],
        keyPrefix: Array("p:".utf8), redis: RedisOrigin(runID: "r", replicationID: nil),
        postgres: PostgresOrigin(database: "d", oid: 5, system: nil))

    /// Items with every kind of change, and ids of every kind.
    private static let items: [PlannedItem] = {
        func text(_ text: String) -> [UInt8] { Array(text.utf8) }
        let fields = InventoryFields(
            total: text("10"), sold: text("\u{0}\""), pending: nil, available: [0xFF], version: text("7"))
        let counts = Counts(total: 10, sold: 1, pending: 2, available: 7)
        let edits: [PlannedHold.Edit] = [
            .keep, .delete, .date(5), .renew(as: .checkoutCommitted, order: OrderID("o\n")),
            .close(as: .expired, reason: .expiredHold),
            .write(
                as: .held, order: OrderID("ö"), lines: [SeatLine(category: CategoryID("c"), quantity: 2)],
                expiresAtEpoch: 900),
            .write(as: .checkoutCommitted, order: OrderID("o"), lines: [], expiresAtEpoch: nil),
        ]
        let members: [PlannedHold.Member] = [.keep, .remove, .score(-4), .expiry]
        let fences: [HoldFence] = [
            .absent, .otherType, .hash(status: text("held"), expiresAtEpoch: nil),
            .hash(status: nil, expiresAtEpoch: [0x80]),
        ]
        let holds = edits.indices.map {
            PlannedHold(
                token: HoldToken("t\($0)"), before: fences[$0 % fences.count], edit: edits[$0],
                member: members[$0 % members.count])
        }
        return [
            PlannedItem(
                .event(EventID("e")),
                counts: [
                    PlannedCounts(category: CategoryID("a"), before: .absent, after: counts, version: 1),
                    PlannedCounts(category: CategoryID("b"), before: .hash(fields), after: counts, version: nil),
                    PlannedCounts(category: CategoryID([0xC0]), before: .otherType, after: counts, version: 1),
                ], holds: holds),
            PlannedItem(.hold(HoldToken([0xFE, 0x00])), holds: [holds[1]]),
            PlannedItem(deleting: text("p:inventory:x:y"), .hash(fields)), .removalOfIndex,
        ]
    }()

    private func write(_ path: String) throws {
        let writer = try PlanWriter(at: path, origin, events: [EventID("e")])
        let why = [Finding(.ttlRace, event: EventID("e"), category: CategoryID("a"), seats: 3)]
        for item in Self.items { try writer.add(item, why: why) }
        try writer.finish(snapshots: ("then", "later", "0/1"))
    }

    @Test func anItemIsReadAsItWasWritten() throws {
        for item in Self.items {
            let line = item.line(why: [Finding(.ttlRace, event: nil, seats: 1)])
            #expect(try PlannedItem(line: line) == item)
            #expect(item.isLine(line))
            #expect(String(validating: line, as: UTF8.self) != nil)
            for other in Self.items where other != item { #expect(!other.isLine(line)) }
        }
    }

    @Test func aPlanIsReadAsItWasWritten() throws {
        try withFolder { folder in
            try write(folder + "/plan")
            let plan = try ApprovedPlan(at: folder + "/plan")
            #expect(plan.header.origin == origin)
            #expect(plan.header.events == [EventID("e")])
            #expect(plan.count == Self.items.count)
            for item in Self.items {
                #expect(try plan.item(of: item.subject) == item)
            }
        }
    }

    /// None of ten thousand damaged files is a plan, or ends the program.
    @Test func aDamagedPlanIsRefused() throws {
        var random = SeededRandom(named: "damaged plans")
        try withFolder { folder in
            try write(folder + "/plan")
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/plan")))
            for number in 0..<10_000 {
                let content = damaged(bytes, &random)
                if content == bytes { continue }
                try Data(content).write(to: URL(fileURLWithPath: folder + "/damaged"))
                #expect(throws: UnusableFile.self, "file \(number)") {
                    _ = try ApprovedPlan(at: folder + "/damaged")
                }
            }
        }
    }
}
