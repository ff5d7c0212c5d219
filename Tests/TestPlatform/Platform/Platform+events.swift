import Foundation
import TestServers

/// Events that go on sale.
extension Platform {
    package func addEvent(_ id: String, categories: [(id: String, total: Int, sold: Int)]) async throws {
        let categories = categories.map { PlatformCategory($0.id, total: $0.total, sold: $0.sold) }
        try await add([PlatformEvent(id, categories: categories)])
    }

    /// Writes events with thousands of categories in one SQL statement and one run of a script: rows, and healthy
    /// inventory hashes of version 1.
    package func add(_ events: [PlatformEvent]) async throws {
        let rows = events.flatMap { event in
            event.categories.map { category in
                CategoryRow(
                    event: event.id, category: category, key: inventoryKey(event: event.id, category: category.id))
            }
        }
        let categories = try json(rows)
        let statuses = try json(events.map { EventRow(id: $0.id, status: $0.status) })
        try await sql(
            """
            WITH added AS (
                INSERT INTO events (id, status)
                SELECT id, status FROM jsonb_to_recordset(\(SQLText.literal(statuses))) AS event (id text, status text)
            )
            INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold)
            SELECT category, event, total, sold
            FROM jsonb_to_recordset(\(SQLText.literal(categories)))
                AS category (category text, event text, total integer, sold integer);
            """)
        try await redis.eval(PlatformScript.seed.text, longArgument: categories)
    }

    private func json(_ rows: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(rows), as: UTF8.self)
    }
}

private struct EventRow: Encodable {
    let id: String
    let status: String
}

/// Counts are text, because Lua's JSON would round large numbers.
private struct CategoryRow: Encodable {
    let event: String
    let category: String
    let key: String
    let total: String
    let sold: String
    let available: String

    init(event: String, category: PlatformCategory, key: String) {
        self.event = event
        self.category = category.id
        self.key = key
        total = String(category.total)
        sold = String(category.sold)
        available = String(max(category.total - category.sold, 0))
    }
}
