import ChangeFiles
import HoldModel

/// Whole keys, read in one write of commands, and handed out in the order in which they were asked for.
struct ImageReading {
    private var replies: ArraySlice<RedisReply>
    private let now: Timestamp

    /// - Throws: ``RedisError``.
    init(
        _ connection: RedisConnection, _ keys: KeySpace, tokens: [HoldToken], inventories: [[UInt8]]
    ) async throws {
        func command(_ name: String, _ words: [UInt8]...) -> RedisCommand {
            var command = RedisCommand(name)
            for word in words { command.append(word) }
            return command
        }
        now = try await connection.time()
        let commands =
            tokens.flatMap { token in
                let key = keys.hold(token)
                return [command("HGETALL", key), command("PTTL", key), command("ZSCORE", keys.index, token.bytes)]
            } + inventories.flatMap { [command("HGETALL", $0), command("PTTL", $0)] }
        let replies = try await connection.replies(to: commands)
        for case .error(let message) in replies where !message.hasPrefix("WRONGTYPE") {
            throw connection.refused("HGETALL, PTTL or ZSCORE for the journal", message)
        }
        self.replies = replies[...]
    }

    mutating func nextHold() -> (image: KeyImage, score: [UInt8]?) {
        let image = nextInventory()
        return (image, replies.popFirst()?.bytes)
    }

    mutating func nextInventory() -> KeyImage {
        let (fields, life) = (replies.popFirst(), replies.popFirst())
        guard let words = fields?.array else { return .otherType }
        if words.isEmpty { return .absent }
        let pairs = stride(from: 0, to: words.count - 1, by: 2).map {
            WholeHash.Field(name: words[$0].bytes ?? [], value: words[$0 + 1].bytes ?? [])
        }
        let expiresAt = life?.integer.flatMap { $0 >= 0 ? now.milliseconds + $0 : nil }
        return .hash(WholeHash(fields: pairs, expiresAt: expiresAt))
    }
}

extension KeyImage {
    /// The fence of a hold with this hash; `nil` where it is not known.
    var holdFence: HoldFence? {
        switch self {
        case .absent: .absent
        case .otherType: .otherType
        case .untouched: nil
        case .hash(let hash): HoldFence(hash)
        }
    }

    /// The state of an inventory with this hash; `nil` where it is not known.
    var inventory: InventoryState? {
        switch self {
        case .absent: .absent
        case .otherType: .otherType
        case .untouched: nil
        case .hash(let hash): InventoryState(hash)
        }
    }
}
