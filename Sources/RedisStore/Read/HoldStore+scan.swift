package import HoldModel
import NIOCore

/// One batch of keys below the prefix, as `SCAN` gives them: each key at least once.
package struct KeyBatch: Sendable {
    /// Tokens of `holds:{token}` keys, of whatever type.
    package var tokens: [HoldToken] = []
    /// Whole `inventory:…` keys.
    package var inventoryKeys: [[UInt8]] = []
}

extension HoldStore {
    /// How many keys or members one step of a scan asks for: about half a millisecond of Redis' time.
    private static let scanCount = 400

    /// The type of the index key, as `TYPE` names it; `zset`, or `none` where there is no index.
    package func indexType() async throws -> String {
        var command = RedisCommand("TYPE")
        command.append(keys.index)
        return try await connection.reply(to: command, "TYPE of the index").text ?? ""
    }

    /// Walks the whole index in bounded steps. A member that is there during the whole walk comes at least once.
    package func scanIndex(_ body: ([HoldToken]) async throws -> Void) async throws {
        try await walkIndex(from: .start) { try await body($0.tokens) }
    }

    /// Walks the index on from a place. Redis looks for the next members while the last ones are processed.
    package func walkIndex(from place: IndexPlace, _ body: (IndexStep) async throws -> Void) async throws {
        var step = try await scanIndex(from: place)
        while let next = step.next {
            async let following = scanIndex(from: next)
            try await body(step)
            step = try await following
        }
        try await body(step)
    }

    /// Does one step of a walk of the index.
    package func scanIndex(from place: IndexPlace) async throws -> IndexStep {
        switch place {
        case .scan(let cursor): try await scanIndex(from: cursor)
        case .order(let order): try await readIndex(from: order)
        }
    }

    /// Does one step by `ZSCAN`, whose reply is the cursor, and an array in which members and scores alternate.
    private func scanIndex(from cursor: ScanCursor) async throws -> IndexStep {
        var command = RedisCommand("ZSCAN")
        command.append(keys.index)
        command.append(cursor.bytes)
        command.append("COUNT")
        command.append(Int64(Self.scanCount))
        let tape = try await connection.tape(of: command, "ZSCAN of the index")
        guard let outer = tape.parts.first, outer.kind == .array, outer.count == 2, tape.parts.count > 1,
            tape.parts[1].kind == .string, let members = IndexStep.Members(alternatingIn: tape, at: 2)
        else { throw connection.unexpected("ZSCAN of the index") }
        let next = try following(cursor, Array(tape.bytes[tape.parts[1].range]), "ZSCAN of the index")
        return IndexStep([members], next: next.map { .scan($0) })
    }

    /// Walks the keyspace for hold and inventory keys in bounded steps.
    package func scanKeys(_ body: (KeyBatch) async throws -> Void) async throws {
        // One pattern for `holds:` and `inventory:`, so that one walk finds both; other keys that match are skipped.
        let pattern = KeySpace.pattern(startingWith: keys.prefix).dropLast() + Array("[hi][on][lv]*".utf8)
        try await scan(Array(pattern)) { step in
            var batch = KeyBatch()
            for key in step.keys {
                if let token = keys.token(ofKey: key) {
                    batch.tokens.append(token)
                } else if key.starts(with: keys.inventoryPrefix) {
                    batch.inventoryKeys.append(key)
                }
            }
            try await body(batch)
        }
    }

    /// Searches some of the keys for one of the platform's under another prefix, the sign of a wrong `--key-prefix`.
    package func platformKeyUnderAnotherPrefix() async throws -> [UInt8]? {
        var found: [UInt8]?
        var steps = 0
        struct Enough: Error {}
        do {
            try await scan(Array("*inventory:*:*".utf8)) { step in
                steps += 1
                found = step.keys.first { !$0.starts(with: keys.inventoryPrefix) }
                if found != nil || steps >= 1000 { throw Enough() }
            }
        } catch is Enough {
            return found
        }
        return found
    }

    /// Walks the keyspace for hold keys, and passes on each reply with the tokens in place.
    package func scanHolds(_ body: (KeyStep) async throws -> Void) async throws {
        try await scan(KeySpace.pattern(startingWith: keys.holdPrefix), body)
    }

    /// Walks keys by a pattern. Redis looks for the next ones while the last ones are processed.
    private func scan(_ pattern: [UInt8], _ body: (KeyStep) async throws -> Void) async throws {
        func ask(_ cursor: ScanCursor) -> EventLoopFuture<ReplyTape> {
            var command = WordBuffer("SCAN")
            command.append(cursor.bytes)
            command.append("MATCH")
            command.append(pattern)
            command.append("COUNT")
            command.append(Int64(Self.scanCount))
            var sequence = CommandSequence()
            sequence.append(command)
            return connection.sent(sequence)
        }
        var cursor = ScanCursor.start
        var answer: EventLoopFuture<ReplyTape>? = ask(cursor)
        while let current = answer {
            let tape = try await current.get()
            if let first = tape.parts.first, first.kind == .error {
                throw connection.refused("SCAN", tape.text(of: first))
            }
            guard let step = KeyStep(tape, self.keys) else { throw connection.unexpected("SCAN") }
            let next = try following(cursor, step.cursor, "SCAN")
            answer = next.map { ask($0) }
            cursor = next ?? cursor
            try await body(step)
        }
    }

    /// Returns the cursor of a reply, which follows another one.
    private func following(_ cursor: ScanCursor, _ reply: [UInt8], _ operation: String) throws -> ScanCursor? {
        do throws(ScanCursor.GoesRound) {
            return try cursor.next(reply)
        } catch {
            throw connection.unexpected(operation)
        }
    }
}
