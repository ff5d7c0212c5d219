import TestTables
import Testing

@testable import HoldModel

@Suite struct SnapshotTableExtentTests {
    private static func table(events: Int) -> SnapshotTable {
        SnapshotTable(
            (0..<events).map { number in
                let event = EventID("event-\(number)")
                let category = CategoryID("category-\(number)")
                let orders = (0..<3).map { order in
                    Order(
                        id: OrderID("order-\(number)-\(order)"), token: HoldToken("token-\(number)-\(order)"),
                        event: event, status: .processing, expiresAt: nil, createdAt: nil,
                        lines: [SeatLine(category: category, quantity: 1)])
                }
                return EventSnapshot(
                    event: event, categories: [CategoryRow(id: category, total: 9, sold: 0)], orders: orders)
            })
    }

    /// So that tables of one size do not each grow into the double of it.
    @Test(arguments: [1, 10, 400])
    func makesRoomForAsMuchAsOthersHave(_ count: Int) {
        var others = SnapshotTable.Extent()
        for _ in 0..<2 { others.add(Self.table(events: 400)) }
        let like = Self.table(events: count)
        var table = SnapshotTable()
        table.events = like.events
        table.reserve(like: others)
        #expect(table.bytes.isEmpty && table.categories.isEmpty && table.orders.isEmpty && table.lines.isEmpty)
        for (room, used) in [
            (table.bytes.capacity, like.bytes.count), (table.categories.capacity, like.categories.count),
            (table.orders.capacity, like.orders.count), (table.lines.capacity, like.lines.count),
        ] {
            #expect((used...used * 5 / 4 + 64).contains(room))
        }
    }

    @Test func makesNoneWhereThereAreNoOthers() {
        var table = SnapshotTable()
        table.events = Self.table(events: 10).events
        table.reserve(like: SnapshotTable.Extent())
        #expect(table.orders.capacity == 0)
    }
}
