import TestPlatform
import TestServers

/// An event too large for one script, with something to do in each kind of slice: counts that take seats off sale, lost
/// holds, and counts that put seats back; and live holds, which nothing may touch.
struct TornEvent {
    /// A script that may take no longer than this gets slices of some twenty keys.
    static let budget = ["--script-budget", "0.1"]

    enum Phase: CaseIterable {
        case lowering
        case holds
        case raising
    }

    private static let size = 45
    static let name = "arena"
    let platform: Platform

    private var lowered: [String] { (1...Self.size).map { "\(Self.name)-lower-\($0)" } }
    private var raised: [String] { (1...Self.size).map { "\(Self.name)-raise-\($0)" } }
    private var lost: [String] { (1...Self.size).map { "\(Self.name)-lost-\($0)" } }

    func add() async throws {
        let categories = (lowered + raised).map { PlatformCategory($0, total: 100) }
        try await platform.add([PlatformEvent(Self.name, categories: categories)])
        // Sold in SQL only, and ordered by holds that Redis lost.
        try await platform.sql(
            """
            UPDATE ticket_categories SET quantity_sold = 90 WHERE id LIKE '\(Self.name)-lower-%';
            INSERT INTO orders (id, event_id, hold_token, status, expires_at)
            SELECT 'order-\(Self.name)-lost-' || n, '\(Self.name)', '\(Self.name)-lost-' || n, 'pending_payment', now() + interval '1 hour'
            FROM generate_series(1, \(Self.size)) AS n;
            INSERT INTO order_items (order_id, category_id, quantity)
            SELECT 'order-\(Self.name)-lost-' || n, '\(Self.name)-lower-' || n, 2 FROM generate_series(1, \(Self.size)) AS n;
            """)
        // Their hash ended before the cleaner met it.
        let leaked = try await platform.acquire("\(Self.name)-leaked", event: Self.name, raised.map { Seats($0, 3) })
        try await platform.redis.command("DEL", platform.holdKey(leaked.token))
        try await platform.redis.command("ZREM", platform.indexKey, leaked.token)

        try await platform.acquire(
            "\(Self.name)-browsing", event: Self.name, [Seats(lowered[0], 2), Seats(raised[0], 1)])
        let paying = try await platform.acquire("\(Self.name)-paying", event: Self.name, [Seats(raised[1], 4)])
        try await platform.checkoutA(paying)
    }

    /// SQL is set back: nothing is sold, and nobody has ordered what Redis lost.
    func forgetSales() async throws {
        try await platform.sql(
            """
            UPDATE ticket_categories SET quantity_sold = 0 WHERE id LIKE '\(Self.name)-lower-%';
            UPDATE orders SET status = 'cancelled' WHERE id LIKE 'order-\(Self.name)-lost-%';
            """)
    }

    func rememberSales() async throws {
        try await platform.sql(
            """
            UPDATE ticket_categories SET quantity_sold = 90 WHERE id LIKE '\(Self.name)-lower-%';
            UPDATE orders SET status = 'pending_payment' WHERE id LIKE 'order-\(Self.name)-lost-%';
            """)
    }

    /// How far a run has come that has begun and not ended.
    func phase() async throws -> Phase? {
        let (lowered, written, raised) = (
            try await count(lowered, of: "sold", "90"), try await holdsWritten(),
            try await count(raised, of: "pending", "0")
        )
        switch (lowered, written, raised) {
        case (1..<Self.size, 0, 0): return .lowering
        case (Self.size, 1..<Self.size, 0): return .holds
        // Two of them have live holds besides, so they never come to zero.
        case (Self.size, Self.size, 1..<(Self.size - 2)): return .raising
        default: return nil
        }
    }

    /// The categories that are as SQL has them, and the lost holds that are there again.
    func written() async throws -> Set<String> {
        let script = """
            local names = {}
            for i, key in ipairs(KEYS) do
                local field, value, name = ARGV[3 * i - 2], ARGV[3 * i - 1], ARGV[3 * i]
                if redis.call('HGET', key, field) == value then names[#names + 1] = name end
            end
            return names
            """
        // Two of those that were raised have live holds besides.
        let left = [raised[0]: "1", raised[1]: "4"]
        let wanted =
            lowered.map { (platform.inventoryKey(event: Self.name, category: $0), ["sold", "90", $0]) }
            + raised.map {
                (platform.inventoryKey(event: Self.name, category: $0), ["pending", left[$0] ?? "0", $0])
            } + lost.map { (platform.holdKey($0), ["status", "held", $0]) }
        let names = try await platform.redis.eval(script, keys: wanted.map(\.0), arguments: wanted.flatMap(\.1))
        return Set(names.split(separator: "\n").map(String.init))
    }

    private func holdsWritten() async throws -> Int {
        Int(try await platform.redis.command(["EXISTS"] + lost.map(platform.holdKey))) ?? 0
    }

    private func count(_ categories: [String], of field: String, _ value: String) async throws -> Int {
        let script = """
            local count = 0
            for _, key in ipairs(KEYS) do
                if redis.call('HGET', key, ARGV[1]) == ARGV[2] then count = count + 1 end
            end
            return count
            """
        let keys = categories.map { platform.inventoryKey(event: Self.name, category: $0) }
        return Int(try await platform.redis.eval(script, keys: keys, arguments: [field, value])) ?? 0
    }
}
