import LuaScripts

/// Does a call of a reading script by plain commands in a transaction, for users who may run no script. It also reads
/// at one instant, and returns the script's reply. It sends Redis more words, and does not know how long they took.
struct PlainLook {
    private let script: LuaScript
    private let keys: [[UInt8]]
    /// For a survey, how many of its keys are inventory hashes, and what comes before the token in a hold's key.
    private let categories: Int
    private let tokenStart: Int

    private static let counts = ["total", "sold", "pending", "available", "version"]
    private static let hold = ["status", "expiresAtEpoch", "entries", "expiresAt", "metadata"]
    private static let place = ["entries", "metadata"]

    /// - Returns: `nil` for a script that writes.
    init?(_ script: LuaScript, _ call: ScriptCall) {
        self.script = script
        switch script {
        case .survey:
            let words = call.arguments.map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
            guard words.count == 2 else { return nil }
            (keys, categories, tokenStart) = (call.keys, words[0], words[1])
        case .census: (keys, categories, tokenStart) = (call.keys, 0, 0)
        case .apply, .join, .release, .renew, .shift, .unlink, .yield: return nil
        }
    }

    /// The commands between `MULTI` and `EXEC`.
    var commands: [RedisCommand] {
        switch script {
        case .census: keys.flatMap { [fields(of: $0, Self.place), existence(of: $0)] }
        default:
            inventories.flatMap { [fields(of: $0, Self.counts), existence(of: $0)] }
                + holds.flatMap { [fields(of: $0, Self.hold), existence(of: $0), score(of: $0.dropFirst(tokenStart))] }
        }
    }

    /// Returns what the script would reply.
    ///
    /// - Returns: `nil` where an answer is not one of its command's; an error where one is an error.
    func reply(_ answers: ArraySlice<RedisReply>) -> RedisReply? {
        var answers = answers
        var words: [RedisReply] = script == .census ? [] : [.integer(0)]
        switch script {
        case .census:
            for _ in keys {
                guard let found = Found(&answers, Self.place.count) else { return nil }
                if let error = found.error { return error }
                // The script would find the event in the entries; here the caller does.
                words.append(.integer([0: 0, 1: 2][found.kind] ?? 3))
                words += found.fields
            }
        default:
            for _ in inventories {
                guard let found = Found(&answers, Self.counts.count) else { return nil }
                if let error = found.error { return error }
                words.append(.integer(found.kind))
                words += found.fields
            }
            for _ in holds {
                guard let found = Found(&answers, Self.hold.count), let score = answers.popFirst() else { return nil }
                if let error = found.error { return error }
                words.append(.integer(found.kind))
                words += found.fields
                // A key that is no sorted set has no scores.
                words.append(score.bytes.map { .string($0) } ?? .null)
            }
        }
        return answers.isEmpty ? .array(words) : nil
    }

    private var inventories: ArraySlice<[UInt8]> { keys.dropFirst().prefix(categories) }
    private var holds: ArraySlice<[UInt8]> { keys.dropFirst(1 + categories) }

    private func fields(of key: [UInt8], _ names: [String]) -> RedisCommand {
        var command = RedisCommand("HMGET")
        command.append(key)
        for name in names { command.append(name) }
        return command
    }

    private func existence(of key: [UInt8]) -> RedisCommand {
        var command = RedisCommand("EXISTS")
        command.append(key)
        return command
    }

    private func score(of token: ArraySlice<UInt8>) -> RedisCommand {
        var command = RedisCommand("ZSCORE")
        command.append(keys[0])
        command.append(Array(token))
        return command
    }
}

/// The kind of a key, 0 for none, 1 for a hash, 2 for another type, with the fields that were asked for.
private struct Found {
    var kind: Int64
    var fields: [RedisReply]
    /// An error that concerns more than the key's type.
    var error: RedisReply?

    init?(_ answers: inout ArraySlice<RedisReply>, _ count: Int) {
        guard let asked = answers.popFirst(), let existence = answers.popFirst() else { return nil }
        fields = Array(repeating: .null, count: count)
        switch (asked, existence) {
        case (.error(let message), _):
            kind = 2
            if !message.hasPrefix("WRONGTYPE") { error = asked }
        case (.array(let values), .integer(let there)) where values.count == count:
            fields = values
            kind = values.contains { $0 != .null } ? 1 : there
        default: return nil
        }
    }
}
