import Foundation
import LocalFiles
import TestRandom
import Testing

@testable import ChangeFiles
@testable import HoldModel

/// Journals as files: what was recorded is read, up to where a crash has cut it, and nothing else is.
@Suite struct JournalFileTests {
    private static let origin = Origin(
        program: "1", command: "rebuild", madeAt: Timestamp(milliseconds: 1), options: [:], keyPrefix: Array("p:".utf8),
        redis: RedisOrigin(runID: "r", replicationID: "s"),
        postgres: PostgresOrigin(database: "d", oid: 5, system: "6"))

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func hash(_ pairs: [(String, [UInt8])], expiresAt: Int64? = nil) -> KeyImage {
        .hash(WholeHash(fields: pairs.map { .init(name: text($0.0), value: $0.1) }, expiresAt: expiresAt))
    }

    /// Entries with every kind of key, and ids of every kind.
    private static let entries: [JournalEntry] = {
        let event = PlannedItem.Subject.event(EventID("e\n\""))
        let counts = InventoryState.hash(
            InventoryFields(
                total: text("10"), sold: text("0"), pending: text("0"), available: text("10"), version: text("3")))
        func hold(_ token: [UInt8], _ before: KeyImage, _ score: [UInt8]?, _ index: IndexEdit) -> JournalEntry.Hold {
            JournalEntry.Hold(
                token: HoldToken(token), before: before, score: score,
                after: .hash(status: text("expired"), expiresAtEpoch: [0xFF]), index: index)
        }
        return [
            JournalEntry(
                event,
                holds: [
                    hold([0xFE], hash([("status", text("held")), ("x", [0x00, 0xC0])], expiresAt: 99), nil, .keep),
                    hold(text("ö"), .absent, text("-inf"), .remove),
                    hold(text("t"), .otherType, text("1.5"), .score(7)),
                    hold(text("u"), .untouched, text("1e+20"), .text(text("2.5"))),
                ],
                counts: [
                    JournalEntry.Counts(category: CategoryID("c"), before: hash([("total", text("9"))]), after: counts),
                    JournalEntry.Counts(category: CategoryID([0x80]), before: .absent, after: counts),
                ]),
            JournalEntry(event, counts: [.init(category: CategoryID("c"), before: .otherType, after: .absent)]),
            JournalEntry(.hold(HoldToken("t")), holds: [hold(text("t"), .absent, nil, .keep)]),
            JournalEntry(
                .inventory(text("p:inventory:x:y")),
                counts: [.init(category: CategoryID([]), before: hash([("total", text("1"))]), after: .absent)]),
            JournalEntry(.index, holds: [hold(text("m"), .untouched, text("5"), .remove)]),
        ]
    }()

    /// Writes a journal whose second entry was not made.
    private func write(_ path: String) throws {
        let writer = JournalWriter(at: .file(path), Self.origin)
        #expect(try writer.record(Array(Self.entries[0...1])) == 0)
        try writer.note(.unwritten, of: 1)
        #expect(try writer.record(Array(Self.entries[2...])) == 2)
        try writer.note(.unknown, of: 2)
    }

    /// What an undo is told of each subject.
    private func content(_ journal: Journal) throws -> [PlannedItem.Subject: [JournalEntry]] {
        try Dictionary(uniqueKeysWithValues: journal.subjects.map { ($0, try journal.entries(of: $0)) })
    }

    @Test func whatWasRecordedIsRead() throws {
        try withFolder { folder in
            try write(folder + "/journal")
            let journal = try Journal(at: folder + "/journal")
            #expect(journal.origin == Self.origin)
            #expect(!journal.isCut)
            let made = [0, 2, 3, 4].map { Self.entries[$0] }
            #expect(try content(journal) == Dictionary(grouping: made, by: \.subject))
        }
    }

    /// A journal that was cut between lines, or in one, has what comes before.
    @Test func aJournalThatWasCutIsReadUpToItsLastWholeLine() throws {
        try withFolder { folder in
            try write(folder + "/journal")
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/journal")))
            let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
            for length in 0...bytes.count {
                try Data(bytes.prefix(length)).write(to: URL(fileURLWithPath: folder + "/cut"))
                let lines = ends.count { $0 < length }
                guard lines > 0 else {
                    #expect(throws: UnusableFile.self) { _ = try Journal(at: folder + "/cut") }
                    continue
                }
                let journal = try Journal(at: folder + "/cut")
                #expect(journal.isCut == (length > 0 && bytes[length - 1] != UInt8(ascii: "\n")))
                #expect(try content(journal) == Self.content(ofLines: lines))
            }
        }
    }

    /// What the first lines say: the origin, two entries, an outcome, three entries, an outcome.
    private static func content(ofLines lines: Int) -> [PlannedItem.Subject: [JournalEntry]] {
        let made: [Int] =
            switch lines {
            case 1: []
            case 2: [0]
            case 3: [0, 1]
            case 4: [0]
            case 5: [0, 2]
            case 6: [0, 2, 3]
            default: [0, 2, 3, 4]
            }
        return Dictionary(grouping: made.map { entries[$0] }, by: \.subject)
    }

    /// None of ten thousand damaged files has an entry that was not recorded, or ends the program.
    @Test func aDamagedJournalIsRefused() throws {
        var random = SeededRandom(named: "damaged journals")
        try withFolder { folder in
            try write(folder + "/journal")
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/journal")))
            var cuts = 0
            for number in 0..<10_000 {
                let content = damaged(bytes, &random)
                if content == bytes { continue }
                try Data(content).write(to: URL(fileURLWithPath: folder + "/damaged"))
                let journal: Journal
                do throws(UnusableFile) {
                    journal = try Journal(at: folder + "/damaged")
                } catch {
                    #expect(!error.description.isEmpty)
                    continue
                }
                // Whatever is left are whole lines of it, and perhaps a part of one.
                let end = content.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
                #expect(bytes.starts(with: content[..<end]), "file \(number)")
                #expect(journal.isCut == (end < content.count), "file \(number)")
                let lines = content[..<end].count { $0 == UInt8(ascii: "\n") }
                #expect(try self.content(journal) == Self.content(ofLines: lines), "file \(number)")
                cuts += 1
            }
            // Most are refused, and those that were cut are not.
            #expect((100..<5000).contains(cuts))
        }
    }
}
