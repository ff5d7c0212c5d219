import ChangeFiles
import HoldModel
import Testing

/// What a run has changed of an event, by the entries of its journal.
@Suite struct EarlierStateTests {
    private let category = CategoryID("c")
    private let token = HoldToken("t")

    private func text(_ number: Int64) -> [UInt8] { Array(String(number).utf8) }

    private func fields(_ pending: Int64, version: Int64) -> InventoryFields {
        InventoryFields(
            total: text(10), sold: text(0), pending: text(pending), available: text(10 - pending),
            version: text(version))
    }

    private func hash(_ pending: Int64, version: Int64) -> WholeHash {
        let numbers = [
            ("total", 10), ("sold", 0), ("pending", pending), ("available", 10 - pending), ("version", version),
        ]
        return WholeHash(
            fields: numbers.map { .init(name: Array($0.0.utf8), value: text($0.1)) }, expiresAt: nil)
    }

    private func change(_ before: (Int64, Int64), _ after: (Int64, Int64)) -> JournalEntry {
        JournalEntry(
            .event(EventID("e")),
            counts: [
                .init(
                    category: category, before: .hash(hash(before.0, version: before.1)),
                    after: .hash(fields(after.0, version: after.1)))
            ])
    }

    private func change(
        _ before: (String, score: Int64?), _ after: String, _ index: IndexEdit
    ) -> JournalEntry {
        let hash = WholeHash(
            fields: [.init(name: Array("status".utf8), value: Array(before.0.utf8))], expiresAt: nil)
        return JournalEntry(
            .event(EventID("e")),
            holds: [
                .init(
                    token: token, before: .hash(hash), score: before.score.map(text),
                    after: .hash(status: Array(after.utf8), expiresAtEpoch: nil), index: index)
            ])
    }

    @Test func itIsWhatTheFirstChangeFoundAndWhatEachHasLeft() {
        let state = EarlierState([change((5, 1), (3, 2)), change((3, 2), (0, 3))])
        #expect(
            state.counts[category]
                == .init(
                    before: .hash(hash(5, version: 1)),
                    left: [.hash(fields(3, version: 2)), .hash(fields(0, version: 3))]))
    }

    /// The first change was recorded and not made, and the second found the same.
    @Test func aChangeThatWasNotMadeIsNoGap() {
        let state = EarlierState([change((5, 1), (3, 2)), change((5, 1), (0, 2))])
        #expect(state.counts[category]?.left.last == .hash(fields(0, version: 2)))
        #expect(state.counts[category]?.before == .hash(hash(5, version: 1)))
    }

    /// A buyer came between two changes: to go back behind the first would take the buyer's seats back as well.
    @Test func whatSomebodyElseHasChangedInBetweenIsLeft() {
        let counts = EarlierState([change((5, 1), (3, 2)), change((4, 3), (1, 4))])
        #expect(counts.counts[category]?.left == [])
        let third = EarlierState([change((5, 1), (3, 2)), change((4, 3), (1, 4)), change((1, 4), (0, 5))])
        #expect(third.counts[category]?.left == [])

        let hold = EarlierState([
            change(("held", score: 7), "expired", .remove), change(("cancelled", score: nil), "expired", .keep),
        ])
        #expect(hold.holds[token]?.left == [])
        let member = EarlierState([
            change(("held", score: 7), "held", .score(8)), change(("held", score: 9), "held", .score(10)),
        ])
        #expect(member.holds[token]?.left == [])
    }

    @Test func aHoldWithAnUnbrokenChainGoesBack() {
        let state = EarlierState([
            change(("held", score: 7), "held", .score(8)), change(("held", score: 8), "expired", .remove),
        ])
        #expect(state.holds[token]?.score == text(7))
        #expect(state.holds[token]?.left.map(\.score) == [text(8), nil])
    }
}
