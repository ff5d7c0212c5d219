import RedisStore

/// Everything of one event that Redis holds, at one instant: a node of the search can be left and entered again.
struct RedisImage: Sendable, Hashable {
    struct Counts: Sendable, Hashable {
        var total: Int64
        var sold: Int64
        var pending: Int64
        var available: Int64
        var version: Int64
    }

    /// The lease's owner, the index with its scores, and each hash as field and value by turns, in the order of the keys.
    private let parts: [RedisReply]
    private let holds: Int

    /// - Parameter parts: the replies to ``Bench/reading(_:)``.
    init(_ parts: [RedisReply], holds: Int) {
        self.parts = parts
        self.holds = holds
    }

    var lease: String { parts[0].text ?? "" }

    /// The commands that make Redis this image again.
    func commands(_ keys: [[UInt8]]) -> [RedisCommand] {
        var delete = RedisCommand("DEL")
        for key in keys { delete.append(key) }
        var lease = RedisCommand("SET")
        lease.append(keys[0])
        lease.append(parts[0].bytes ?? [])
        var commands = [delete, lease]
        for position in 1..<parts.count {
            guard let words = parts[position].array, !words.isEmpty else { continue }
            var command = RedisCommand(position == 1 ? "ZADD" : "HSET")
            command.append(keys[position])
            if position == 1 {
                for at in stride(from: 0, to: words.count, by: 2) {
                    command.append(words[at + 1].bytes ?? [])
                    command.append(words[at].bytes ?? [])
                }
            } else {
                for word in words { command.append(word.bytes ?? []) }
            }
            commands.append(command)
        }
        return commands
    }

    /// The score of a token in the index.
    func score(_ token: String) -> String? {
        field(Array(token.utf8), of: parts[1])
    }

    func status(ofHold position: Int) -> String? {
        field(Array("status".utf8), of: parts[2 + position])
    }

    func expiry(ofHold position: Int) -> String? {
        field(Array("expiresAtEpoch".utf8), of: parts[2 + position])
    }

    /// Whether the hash keeps the hold's seats.
    func isActive(_ position: Int) -> Bool {
        switch status(ofHold: position) {
        case "held", "checkout_pending", "checkout_committed":
            field(Array("entries".utf8), of: parts[2 + position]) != nil
        default: false
        }
    }

    /// `nil` where the hash is absent or holds anything but the five numbers.
    func counts(_ category: Int) -> Counts? {
        let hash = parts[2 + holds + category]
        guard let words = hash.array, words.count == 10 else { return nil }
        func number(_ name: String) -> Int64? { field(Array(name.utf8), of: hash).flatMap { Int64($0) } }
        guard let total = number("total"), let sold = number("sold"), let pending = number("pending"),
            let available = number("available"), let version = number("version")
        else { return nil }
        return Counts(total: total, sold: sold, pending: pending, available: available, version: version)
    }

    private func field(_ name: [UInt8], of hash: RedisReply) -> String? {
        guard let words = hash.array else { return nil }
        for at in stride(from: 0, to: words.count, by: 2) where words[at].bytes == name { return words[at + 1].text }
        return nil
    }
}
