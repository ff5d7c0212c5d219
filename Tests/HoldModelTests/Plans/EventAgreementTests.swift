import Testing

@testable import HoldModel

/// What is taken for agreement at first sight; a "no" costs a second look, and no other test would miss it.
@Suite struct EventAgreementTests {
    /// An event with an order that has no lines: its hold's own entries say which category its seats are of.
    private func table(_ categories: [String]) -> SnapshotTable {
        var table = SnapshotTable()
        func text(_ string: String) -> SnapshotTable.Text {
            let start = table.bytes.count
            table.bytes += Array(string.utf8)
            return SnapshotTable.Text(start..<table.bytes.count)
        }
        table.events = [SnapshotTable.Event(id: text("gala"))]
        table.categories = categories.map { SnapshotTable.Category(id: text($0), total: 10, sold: 0) }
        table.groupCategories(of: categories.map { _ in 0 })
        table.orders = [
            SnapshotTable.OrderRow(
                id: text("o"), token: text("t"), status: .pendingPayment,
                expiresAt: Timestamp(milliseconds: 2_000_000), createdAt: nil, paidAt: nil, updatedAt: nil)
        ]
        table.groupOrders(of: [0])
        return table
    }

    private func expiry(_ table: SnapshotTable, seatsOf category: String) -> Int64? {
        var agreement = EventAgreement(policy: Policy(), now: Timestamp(milliseconds: 1_000_000))
        agreement.begin(0, of: table)
        let entries = Array(#"[{"eventId":"gala","categoryId":"\#(category)","quantity":2}]"#.utf8)
        return agreement.take(
            0, of: table, status: Array("held".utf8).span, expiresAtEpoch: Array("2000".utf8).span,
            entries: entries.span)
    }

    @Test func findsTheCategoryOfEntriesWhoseOrderHasNoLines() {
        let categories = ["a", "a b", "a!", "ab", "abc", "b:a", "stalls", "stalls-2", "z"]
        for count in 1...categories.count {
            let known = Array(categories.reversed().prefix(count))
            let table = table(known)
            for category in categories {
                #expect(expiry(table, seatsOf: category) == (known.contains(category) ? 2000 : nil))
            }
        }
    }
}
