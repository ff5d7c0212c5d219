import RedisStore
package import TestPlatform

extension SeatBooks {
    /// Where a platform at rest says something else than the books; empty where both servers agree with them.
    package func disagreements(with platform: Platform) async throws -> [String] {
        let sold = try await soldInSQL(platform)
        return try await ScriptSession.withSession(on: platform) { scripts in
            var disagreements: [String] = []
            for (id, book) in categories.sorted(by: { $0.key < $1.key }) {
                let reply = try await scripts.connection.reply(
                    to: RedisCommand(
                        "HMGET", platform.inventoryKey(event: book.event, category: id),
                        "total", "sold", "pending", "available"), "HMGET")
                let found = (reply.array ?? []).compactMap { $0.text.flatMap { Int($0) } }
                let expected = [book.total, book.sold, book.held, book.total - book.promised]
                if found != expected {
                    disagreements.append("\(id): total, sold, pending, available are \(found), should be \(expected)")
                }
                if sold[id] != book.sold {
                    disagreements.append("\(id): quantity_sold is \(sold[id] ?? -1), should be \(book.sold)")
                }
            }
            return disagreements
        }
    }

    private func soldInSQL(_ platform: Platform) async throws -> [String: Int] {
        let rows = try await SQLSession.withSession(platform.connectionString) { sql in
            try await sql.run("SELECT id, quantity_sold FROM ticket_categories")
        }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] ?? "", Int($0[1] ?? "") ?? -1) })
    }
}
