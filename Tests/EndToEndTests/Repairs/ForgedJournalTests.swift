import ChangeFiles
import Foundation
import HoldModel
import TestPlatform
import TestServers
import Testing

/// A journal is data from outside: its checksum shows damage, and no more. Whatever it says, an undo ends no hold that is alive, puts no
/// promised seat on sale, and leaves no event half written.
@Suite("an undo of a forged journal", .postgres) struct ForgedJournalTests {
    /// A platform on which the buyer `buyer` holds 5 of 100 seats; other entries can be put into a journal of it.
    struct Scene {
        let platform: Platform
        let program: Program
        let origin: Origin
        let cart: [String: String]

        var fence: HoldFence { .hash(status: bytes("held"), expiresAtEpoch: cart["expiresAtEpoch"].map(bytes)) }

        /// The buyer's hash with other values.
        func image(_ changes: [String: String] = [:]) -> KeyImage {
            let fields = cart.merging(changes) { $1 }.sorted { $0.key < $1.key }
            return .hash(
                WholeHash(fields: fields.map { .init(name: bytes($0.key), value: bytes($0.value)) }, expiresAt: nil))
        }

        /// - Parameter index: what the change is said to have done; it follows the score that is there.
        func hold(
            _ token: String = "buyer", before: KeyImage, score: String?, after: HoldFence, index: IndexEdit = .remove
        ) -> JournalEntry.Hold {
            JournalEntry.Hold(
                token: HoldToken(token), before: before, score: score.map(bytes), after: after, index: index)
        }

        func undo(_ entries: [JournalEntry], as user: [String: String?] = [:]) async throws -> Program.Run {
            let path = "\(platform.redis.folder)/forged\(UInt32.random(in: 0...UInt32.max))"
            _ = try JournalWriter(at: .file(path), origin).record(entries)
            return try await program.run(
                ["undo", path, "--execute", "--release-after", "0.2", "--format", "json"], environment: user)
        }

        func expectRefusal(_ entries: [JournalEntry], _ words: String) async throws {
            let dump = try await platform.redis.dumpAll()
            let run = try await undo(entries)
            #expect(run.status == 2, "\(run.message)")
            let details = try run.document().findings.compactMap(\.detail)
            #expect(details.contains { $0.contains(words) }, "\(details)")
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    private func withScene(_ body: (Scene) async throws -> Void) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("show", categories: [("stalls", 100, 0)])
            try await platform.addEvent("leak", categories: [("leaking", 100, 0)])
            try await platform.redis.command(
                "HSET", platform.inventoryKey(event: "leak", category: "leaking"), "total", "100", "sold", "0",
                "pending",
                "\(Int64.min)", "available", "95", "version", "3")
            let path = "\(platform.redis.folder)/journal"
            _ = try await program.report(
                ["rebuild", "--holds", "rebuild", "--execute", "--release-after", "0.2", "--journal", path])
            _ = try await platform.acquire("buyer", event: "show", [Seats("stalls", 5)])
            try await body(
                Scene(
                    platform: platform, program: program, origin: try Journal(at: path).origin,
                    cart: try await platform.hold("buyer")))
        }
    }

    @Test("does not end a cart that is alive to put its seats on sale") func ofACart() async throws {
        try await withScene { scene in
            let key = scene.platform.inventoryKey(event: "show", category: "stalls")
            let version = try await scene.platform.redis.command("HGET", key, "version")
            func counts(_ pending: Int, _ available: Int, _ version: String) -> InventoryFields {
                InventoryFields(
                    total: bytes("100"), sold: bytes("0"), pending: bytes("\(pending)"),
                    available: bytes("\(available)"),
                    version: bytes(version))
            }
            let before = WholeHash(
                fields: [("total", "100"), ("sold", "0"), ("pending", "0"), ("available", "100"), ("version", "1")].map
                {
                    .init(name: bytes($0.0), value: bytes($0.1))
                }, expiresAt: nil)
            let entry = JournalEntry(
                .event(EventID("show")),
                holds: [
                    scene.hold(
                        before: scene.image(["status": "cancelled"]), score: nil, after: scene.fence,
                        index: .text(bytes(scene.cart["expiresAtEpoch"] ?? "")))
                ],
                counts: [
                    JournalEntry.Counts(
                        category: CategoryID("stalls"), before: .hash(before), after: .hash(counts(5, 95, version)))
                ])
            try await scene.expectRefusal([entry], "holds:buyer is alive, and would end")
            // Nor does it vanish, as if the run had written it from an order.
            var vanishing = entry
            vanishing.holds = [
                scene.hold(
                    before: .absent, score: nil, after: scene.fence,
                    index: .text(bytes(scene.cart["expiresAtEpoch"] ?? "")))
            ]
            try await scene.expectRefusal([vanishing], "holds:buyer is alive, and would end")
        }
    }

    @Test("does not end a hold that is said to belong to no event, nor make its end come earlier")
    func ofNoEvent() async throws {
        try await withScene { scene in
            let buyer = HoldToken("buyer")
            let expiry = scene.cart["expiresAtEpoch"] ?? ""
            let gone = scene.hold(before: .absent, score: nil, after: scene.fence, index: .text(bytes(expiry)))
            try await scene.expectRefusal(
                [JournalEntry(.hold(buyer), holds: [gone])], "it is active by now, and would end")
            let early = scene.hold(before: scene.image(), score: "1", after: scene.fence, index: .text(bytes(expiry)))
            try await scene.expectRefusal(
                [JournalEntry(.hold(buyer), holds: [early])], "its index member would end it before its time")
            try await scene.platform.redis.command("ZREM", scene.platform.indexKey, "buyer")
            let member = scene.hold(before: .untouched, score: "1", after: .absent)
            try await scene.expectRefusal(
                [JournalEntry(.index, holds: [member])], "its index member would end it before its time")
            // The cleaner would release it, though the program cannot read its expiry.
            let odd = scene.hold(
                "odd", before: scene.image(["expiresAtEpoch": "1e9", "expiresAt": "?"]), score: "1", after: .absent)
            try await scene.expectRefusal([JournalEntry(.hold(HoldToken("odd")), holds: [odd])], "it is active")
        }
    }

    @Test("is refused as a whole where Redis could not take a score") func ofAScoreThatIsNone() async throws {
        try await withScene { scene in
            let dump = try await scene.platform.redis.dumpAll()
            for score in ["1e999", "-1e999", "1e-999", "1.8e308", "nan"] {
                let hold = scene.hold("other", before: scene.image(["status": "expired"]), score: score, after: .absent)
                let run = try await scene.undo([JournalEntry(.hold(HoldToken("other")), holds: [hold])])
                #expect(run.status == 64, "\(score)")
                #expect(run.message.contains("line 2 is no entry of a journal"), "\(run.message)")
                #expect(try await scene.platform.redis.dumpAll() == dump)
            }
        }
    }

    @Test("writes nothing of an event where the user may not do all of it") func ofAUserWithFewRights() async throws {
        try await withScene { scene in
            let redis = scene.platform.redis
            let old = HoldFence.hash(status: bytes("expired"), expiresAtEpoch: bytes("5"))
            try await redis.command("HSET", scene.platform.holdKey("old"), "status", "expired", "expiresAtEpoch", "5")
            let later = Int64(Clock.now() + 1000) * 1000
            let image = KeyImage.hash(
                WholeHash(fields: [.init(name: bytes("status"), value: bytes("cancelled"))], expiresAt: later))
            let entry = JournalEntry(
                .hold(HoldToken("old")), holds: [scene.hold("old", before: image, score: nil, after: old, index: .keep)]
            )
            for command in ["pexpireat", "hset", "del"] {
                try await redis.command(
                    "ACL", "SETUSER", "few", "reset", "on", ">few", "~*", "&*", "+@all", "-\(command)")
                let state = try await scene.platform.hold("old")
                let run = try await scene.undo(
                    [entry], as: ["REDIS_USERNAME": "few", "REDIS_PASSWORD": "few"])
                #expect(run.status & 1 == 1)
                #expect(run.message.contains(command.uppercased()), "\(run.message)")
                #expect(try await scene.platform.hold("old") == state)
            }
        }
    }

    @Test("takes back the events that SQL still has") func ofAnEventThatIsGone() async throws {
        try await withScene { scene in
            let leak = JournalEntry(.event(EventID("leak")))
            let run = try await scene.undo([JournalEntry(.event(EventID("gone"))), leak])
            let document = try run.document()
            #expect(run.status == 2, "\(run.message)")
            #expect(
                document.findings.contains {
                    $0.event == "gone" && $0.detail?.contains("does not have this event") == true
                })
            let elsewhere = try await scene.undo([JournalEntry(.event(EventID("gone")))])
            #expect(elsewhere.status == 32)
        }
    }

    @Test("ends with a status where Redis had the smallest number that there is") func ofTheSmallestNumber()
        async throws
    {
        try await withScene { scene in
            let run = try await scene.program.run(
                ["undo", "\(scene.platform.redis.folder)/journal", "--release-after", "0.2"])
            #expect([0, 2].contains(run.status), "\(run.message)")
            // Naming the events would leave out what belongs to none.
            #expect(!run.output.contains("--event"))
        }
    }

    @Test("or plan ends with a status whatever numbers are in it") func ofNumbers() async throws {
        try await withScene { scene in
            let path = "\(scene.platform.redis.folder)/plan"
            let counts = CountChange(
                category: CategoryID("leaking"),
                before: .hash(
                    InventoryFields(
                        total: nil, sold: nil, pending: nil, available: bytes("5"), version: bytes("3"))),
                counts: Counts(total: .min, sold: .max, pending: .min, available: .min), version: 4, raise: 0)
            let plan = EventPlan(
                event: EventID("leak"), standing: .differs, findings: [], holds: [], counts: [counts])
            var origin = scene.origin
            origin.options["work"] = "rebuild"
            let writer = try PlanWriter(at: path, origin, events: nil)
            try writer.add(PlannedItem(plan), why: [])
            try writer.finish(snapshots: nil)
            let run = try await scene.program.run(["apply", path, "--release-after", "0.2"])
            #expect([0, 2, 4].contains(run.status), "\(run.message)")
            origin.madeAt = Timestamp(milliseconds: -1)
            let early = "\(scene.platform.redis.folder)/early"
            _ = try JournalWriter(at: .file(early), origin).record([JournalEntry(.event(EventID("leak")))])
            let refused = try await scene.program.run(["undo", early])
            #expect(refused.status == 64)
            #expect(refused.message.contains("it is no journal of this program"), "\(refused.message)")
        }
    }

    @Test("fails for good once a line could not be written") func ofAJournalThatFailedOnce() async throws {
        try await withScene { scene in
            let folder = "\(scene.platform.redis.folder)/later"
            let writer = JournalWriter(at: .folder(folder, keeping: 2), scene.origin)
            for _ in 1...2 {
                let failure = #expect(throws: (any Error).self) { try writer.record([JournalEntry(.index)]) }
                #expect(failure.map { "\($0)" }?.contains("the journal \(folder) takes no more") == true)
                // Room alone does not help: the file may end in half a line.
                try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            }
        }
    }
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
