import HoldModel
import Testing

@testable import ChangeFiles

/// What is left of a planned item.
@Suite struct PlannedItemTests {
    private func counts(_ category: String, _ before: InventoryState, version: Int64) -> PlannedCounts {
        PlannedCounts(
            category: CategoryID(category), before: before,
            after: Counts(total: 10, sold: 1, pending: 2, available: 7), version: version)
    }

    private func state(_ available: Int64, version: Int64) -> InventoryState {
        func text(_ number: Int64) -> [UInt8] { Array(String(number).utf8) }
        return .hash(
            InventoryFields(
                total: text(10), sold: text(1), pending: text(2), available: text(available), version: text(version)))
    }

    private func hold(_ token: String) -> PlannedHold {
        PlannedHold(token: HoldToken(token), before: .absent, edit: .delete, member: .remove)
    }

    private func item(_ counts: [PlannedCounts], _ holds: [PlannedHold], event: String = "e") -> PlannedItem {
        PlannedItem(.event(EventID(event)), counts: counts, holds: holds)
    }

    @Test func whatIsLeftHasNothingThatIsNotPlanned() {
        let (old, new) = (counts("a", state(0, version: 4), version: 5), counts("b", .absent, version: 1))
        let planned = item([old, new], [hold("t"), hold("u")])
        #expect(planned.isRest(of: planned))
        #expect(item([new], [hold("u")]).isRest(of: planned))
        #expect(item([], [hold("t")]).isRest(of: planned))
        #expect(!item([old], [hold("v")]).isRest(of: planned))
        #expect(!item([counts("a", state(1, version: 4), version: 5)], []).isRest(of: planned))
        #expect(!item([counts("a", state(0, version: 5), version: 6)], []).isRest(of: planned))
        #expect(!item([new], [hold("u")], event: "f").isRest(of: planned))
    }

    /// A new inventory comes first with nothing on sale, so that no hold is released into one that is not there.
    @Test func theSecondHalfOfANewInventoryIsLeft() {
        let planned = item([counts("b", .absent, version: 1)], [hold("t")])
        #expect(item([counts("b", state(0, version: 0), version: 1)], []).isRest(of: planned))
        #expect(!item([counts("b", state(1, version: 0), version: 1)], []).isRest(of: planned))
        #expect(!item([counts("b", state(0, version: 1), version: 2)], []).isRest(of: planned))
        // A file may have any number.
        let odd = item([counts("b", .absent, version: .min)], [])
        #expect(!item([counts("b", state(0, version: 0), version: 1)], []).isRest(of: odd))
    }
}
