import HoldModel

/// Walks the index in the order of its scores; see ``IndexOrder``.
extension HoldStore {
    func readIndex(from order: IndexOrder) async throws -> IndexStep {
        do {
            guard let seconds = order.seconds else { return try await readIndex(behind: order) }
            return try await readIndex(of: seconds)
        } catch RedisError.refused(_, _, let message)
            where message.hasPrefix("NOPERM") || message.hasPrefix("ERR unknown command")
        {
            return Self.byScan
        }
    }

    /// The step that starts the walk anew, by `ZSCAN`.
    private static var byScan: IndexStep { IndexStep([], next: .start, isNewStart: true) }

    /// Reads the members of some seconds, each second by itself, and members with a score between two of them.
    private func readIndex(of seconds: Range<Int64>) async throws -> IndexStep {
        var commands = CommandSequence()
        for second in seconds {
            commands.append(indexRange(from: "\(second)", to: "\(second)", atMost: IndexOrder.greatestSecond))
            commands.append(
                indexRange(from: "(\(second)", to: "(\(second + 1)", atMost: IndexOrder.greatestSecond, scores: true))
        }
        let tape = try await connection.tape(of: commands, Self.operation)
        var members: [IndexStep.Members] = []
        var at = 0
        for second in seconds {
            guard let whole = IndexStep.Members(in: tape, at: at, score: Array("\(second)".utf8)) else {
                throw connection.unexpected(Self.operation)
            }
            at += 1 + whole.count
            guard let others = IndexStep.Members(alternatingIn: tape, at: at) else {
                throw connection.unexpected(Self.operation)
            }
            at += 1 + 2 * others.count
            if max(whole.count, others.count) == IndexOrder.greatestSecond { return Self.byScan }
            members += [whole, others].filter { $0.count > 0 }
        }
        let count = members.reduce(0) { $0 + $1.count }
        let next = IndexOrder(from: seconds.upperBound, density: Double(count) / Double(seconds.count))
        return IndexStep(members, next: .order(next))
    }

    /// Reads the next members, whatever their scores.
    private func readIndex(behind order: IndexOrder) async throws -> IndexStep {
        let limit = IndexOrder.membersAtOnce
        var commands = CommandSequence()
        commands.append(indexRange(from: order.lowest, to: "+inf", atMost: limit, scores: true))
        let tape = try await connection.tape(of: commands, Self.operation)
        guard let found = IndexStep.Members(alternatingIn: tape, at: 0) else {
            throw connection.unexpected(Self.operation)
        }
        if found.count < limit { return IndexStep([found], next: nil) }
        // The last second may have more members, so it is left to the next step.
        guard let last = found.second(of: limit - 1) else { return Self.byScan }
        // With a server that goes back the walk would never end.
        guard order.from.map({ last >= $0 }) ?? true else { throw connection.unexpected(Self.operation) }
        let whole = (0..<limit).first { found.second(of: $0) == last } ?? limit
        let span = found.second(of: 0).map { Double(last - $0) } ?? .infinity
        let density = whole == 0 ? Double(limit) : Double(whole) / max(span, 1)
        return IndexStep([found.prefix(whole)], next: .order(IndexOrder(from: last, density: density)))
    }

    private static let operation = "ZRANGEBYSCORE of the index"

    private func indexRange(from low: String, to high: String, atMost limit: Int, scores: Bool = false) -> WordBuffer {
        var words = WordBuffer("ZRANGEBYSCORE")
        words.append(keys.index)
        words.append(low)
        words.append(high)
        if scores { words.append("WITHSCORES") }
        words.append("LIMIT" as StaticString)
        words.append(0)
        words.append(Int64(limit))
        return words
    }
}

extension IndexStep.Members {
    /// The members of an array, all of one score.
    fileprivate init?(in tape: ReplyTape, at place: Int, score: [UInt8]) {
        guard Self.isOfTexts(tape, place) else { return nil }
        self.init(tape: tape, first: place + 1, count: Int(tape.parts[place].count), score: score)
    }

    /// The members of an array in which they alternate with their scores.
    init?(alternatingIn tape: ReplyTape, at place: Int) {
        guard Self.isOfTexts(tape, place), tape.parts[place].count % 2 == 0 else { return nil }
        self.init(tape: tape, first: place + 1, count: Int(tape.parts[place].count) / 2, score: nil)
    }

    private static func isOfTexts(_ tape: ReplyTape, _ place: Int) -> Bool {
        guard place < tape.parts.count, tape.parts[place].kind == .array,
            place + Int(tape.parts[place].count) < tape.parts.count
        else { return false }
        return tape.parts[(place + 1)...].prefix(Int(tape.parts[place].count)).allSatisfy { $0.kind == .string }
    }

    /// The second of a member that is followed by its score.
    fileprivate func second(of number: Int) -> Int64? {
        IndexNumber(tape.bytes.span.extracting(tape.parts[first + number * stride + 1].range)).second
    }

    fileprivate func prefix(_ count: Int) -> Self {
        Self(tape: tape, first: first, count: count, score: score)
    }
}
