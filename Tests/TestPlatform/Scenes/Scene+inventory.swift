import TestServers

/// Faults of the counts alone.
extension Scene {
    /// More seats by hand, in SQL only.
    mutating func changeTotal() async throws {
        try await platform.sql(
            """
            UPDATE ticket_categories SET quantity_total = quantity_total + 20 WHERE id = \(SQLText.literal(stalls))
            """)
        expected[stalls]?.total += 20
        seats = 20
    }

    /// Sales taken back by hand, in SQL only.
    mutating func changeSold() async throws {
        try await platform.sql(
            "UPDATE ticket_categories SET quantity_sold = quantity_sold - 4 WHERE id = \(SQLText.literal(circle))")
        expected[circle]?.sold -= 4
        seats = 4
    }

    /// The hall shrinks below what is sold and held, in SQL and in Redis: three seats are promised twice.
    mutating func oversell() async throws {
        guard let counts = expected[circle] else { return }
        let total = counts.sold + counts.pending - 3
        try await platform.sql(
            "UPDATE ticket_categories SET quantity_total = \(total) WHERE id = \(SQLText.literal(circle))")
        let inventory = platform.inventoryKey(event: event, category: circle)
        try await platform.redis.command("HSET", inventory, "total", String(total), "available", "0")
        try await platform.redis.command("HINCRBY", inventory, "version", "1")
        expected[circle]?.total = total
        seats = 3
    }

    /// Inventory of a category that SQL does not have.
    mutating func leaveInventory() async throws {
        let inventory = platform.inventoryKey(event: event, category: "\(event)-balcony")
        try await platform.redis.command(
            "HSET", inventory, "total", "30", "sold", "0", "pending", "0", "available", "30", "version", "1")
        key = inventory
        seats = 30
    }

    /// A count that is not an integer.
    mutating func spoilCount() async throws {
        let inventory = platform.inventoryKey(event: event, category: stalls)
        try await platform.redis.command("HSET", inventory, "pending", "three")
        key = inventory
    }
}
