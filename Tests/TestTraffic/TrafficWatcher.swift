import RedisStore
import TestPlatform
import TestRandom

/// Reads one inventory hash after another and checks what must be true of it at every moment.
struct TrafficWatcher {
    let platform: Platform
    let books: SeatBooks
    var random: SeededRandom

    private var versions: [String: Int64] = [:]

    init(platform: Platform, books: SeatBooks, random: SeededRandom) {
        self.platform = platform
        self.books = books
        self.random = random
    }

    func run(until stop: StopFlag) async throws {
        try await ScriptSession.withSession(on: platform) { scripts in
            var watcher = self
            let categories = books.categories.sorted { $0.key < $1.key }
            while !stop.isSet {
                for (category, book) in categories.shuffled(using: &watcher.random) where !stop.isSet {
                    try await watcher.look(at: category, of: book.event, on: scripts.connection)
                    try await Task.sleep(for: .milliseconds(1))
                }
            }
        }
    }

    private mutating func look(at category: String, of event: String, on connection: RedisConnection) async throws {
        let before = books.category(category)
        let reply = try await connection.reply(
            to: RedisCommand(
                "HMGET", platform.inventoryKey(event: event, category: category),
                "total", "sold", "pending", "available", "version"), "HMGET")
        let after = books.category(category)
        books.count("looks at inventory")
        let fields = (reply.array ?? []).compactMap { $0.text.flatMap { Int64($0) } }
        guard fields.count == 5, let before else {
            books.note(contradiction: "\(category): the inventory hash lacks a field: \(reply)")
            return
        }
        let (total, sold, pending, available, version) = (fields[0], fields[1], fields[2], fields[3], fields[4])
        func note(_ text: String) {
            books.note(contradiction: "\(category): \(text)")
        }
        if available != total - sold - pending || available < 0 || pending < 0 {
            note("total \(total), sold \(sold), pending \(pending), available \(available)")
        }
        // Whatever the books promised throughout, the platform may not have on sale.
        if before == after, available > Int64(before.total - before.promised) {
            note("\(available) on sale, but \(before.promised) of \(before.total) are promised")
        }
        if version < versions[category, default: 0] {
            note("version \(version) after \(versions[category, default: 0])")
        }
        versions[category] = version
    }
}
