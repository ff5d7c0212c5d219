import HoldModel

/// Plain commands that take effect together, and only where this run still holds the lease: in two writes, `WATCH`,
/// questions and `MULTI` first, then, where the answers admit it, the commands and `EXEC`. Where the lease that Redis
/// is told to watch changes in between, `EXEC` does nothing, so what was asked is true at the instant of writing.
///
/// Each command costs Redis a microsecond less than from Lua, which copies every word twice; a rebuild of an emptied
/// Redis writes hundreds of thousands of them. A key must be absent: `RESTORE` refuses one that is there, that command
/// alone.
package struct FencedTransaction: Sendable {
    /// The result of the questions.
    package enum Admission: Sendable, Equatable {
        case admitted
        /// Another run holds the lease.
        case fenced(owner: String)
        /// The index is no sorted set.
        case wrongIndex
    }

    private static let multi = WordBuffer("MULTI")
    private static let time = WordBuffer("TIME")
    private static let exec = WordBuffer("EXEC")

    private let keys: KeySpace
    /// The commands that are sent first.
    package private(set) var questions = CommandSequence()
    package private(set) var write = CommandSequence()
    /// How many commands are between the two questions for the time.
    private(set) var commands = 0

    /// - Parameter room: the expected size, in bytes.
    init(_ keys: KeySpace, room: Int = 0) {
        self.keys = keys
        write.reserve(room)
        write.append(Self.time)
    }

    /// Reads the answers to ``questions``.
    ///
    /// - Returns: `nil` where they are not what such questions are answered with.
    package func admission(_ replies: [RedisReply], owner: [UInt8]) -> Admission? {
        guard replies.count == questions.count, replies[0] == .status("OK"), replies.last == .status("OK"),
            case .status(let type) = replies[2]
        else { return nil }
        switch replies[1] {
        case .string(owner): break
        case .string(let other): return .fenced(owner: String(decoding: other, as: UTF8.self))
        case .null: return .fenced(owner: "")
        default: return nil
        }
        return type == "zset" || type == "none" ? .admitted : .wrongIndex
    }

    /// Writes an inventory hash where there is none.
    mutating func createInventory(_ event: Span<UInt8>, _ category: Span<UInt8>, payload: [UInt8]) {
        let length = keys.inventoryPrefix.count + event.count + category.count + payload.count
        write.append(words: 4, of: length) { command in
            command.appendWord("RESTORE")
            command.appendWord(keys.inventoryPrefix, event, category)
            command.appendWord("0")
            command.appendWord(payload.span)
        }
        commands += 1
    }

    /// Writes a hold hash where there is none.
    ///
    /// - Parameter expiry: of the key, in milliseconds since 1970.
    mutating func createHold(_ token: Span<UInt8>, expiry: Int64, payload: [UInt8]) {
        write.append(words: 5, of: keys.holdPrefix.count + token.count + payload.count) { command in
            command.appendWord("RESTORE")
            command.appendWord(keys.holdPrefix, token)
            command.appendWord(expiry)
            command.appendWord(payload.span)
            command.appendWord("ABSTTL")
        }
        commands += 1
    }

    /// Adds new index members; existing ones stay.
    ///
    /// - Parameter members: the indices of the members; `member` appends score (seconds) and token of one.
    mutating func addMembers(_ members: Range<Int>, _ member: (Int, inout WordBuffer) -> Void) {
        var command = WordBuffer("ZADD")
        command.append(keys.index)
        command.append("NX")
        for place in members { member(place, &command) }
        write.append(command)
        commands += 1
    }

    /// Both writes are whole.
    mutating func end() {
        write.append(Self.time)
        write.append(Self.exec)
        var watch = WordBuffer("WATCH")
        watch.append(keys.lease)
        questions.append(watch)
        var lease = WordBuffer("GET")
        lease.append(keys.lease)
        questions.append(lease)
        var index = WordBuffer("TYPE")
        index.append(keys.index)
        questions.append(index)
        questions.append(Self.multi)
    }
}
