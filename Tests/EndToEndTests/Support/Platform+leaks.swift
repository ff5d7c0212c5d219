import TestPlatform
import TestServers

extension Platform {
    /// Adds events `e1`, `e2`, … of one category of 100 seats, of which Redis keeps five for nobody.
    func addLeakingEvents(_ count: Int) async throws {
        try await sql(
            """
            INSERT INTO events (id) SELECT 'e' || n FROM generate_series(1, \(count)) AS n;
            INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold)
            SELECT 'e' || n || '-a', 'e' || n, 100, 0 FROM generate_series(1, \(count)) AS n;
            """)
        for number in 1...count {
            try await redis.command(
                "HSET", inventoryKey(event: "e\(number)", category: "e\(number)-a"), "total", "100", "sold", "0",
                "pending",
                "5", "available", "95", "version", "3", "note", "ours")
        }
    }
}
