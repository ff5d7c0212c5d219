import HoldModel

/// What became of a transaction.
enum TransactionOutcome: Sendable {
    /// It took effect.
    ///
    /// - Parameters:
    ///   - took: of Redis' time.
    ///   - refused: which of its commands were refused since their key was there.
    ///   - counts: the numbers that its other commands answered, by their place.
    case done(took: Duration, refused: [Int], counts: [Int: Int64])
    /// It was not begun, or did nothing, since Redis is not as it must be: a script can tell more.
    case refused
    /// The user may not give these commands.
    case forbidden
    case failed(ScriptFailure)
}

/// A connection for transactions alone: between `WATCH` and `EXEC` nobody else may use it.
struct TransactionLane: Sendable {
    let connection: RedisConnection

    func run(_ transaction: FencedTransaction, owner: [UInt8]) async -> TransactionOutcome {
        do {
            let answers = try await connection.replies(to: [transaction.questions])[0].replies
            if let refusal = answers.lazy.compactMap(\.error).first { return outcome(ofRefusal: refusal) }
            switch transaction.admission(answers, owner: owner) {
            case .admitted: break
            case .occupied:
                try await forget()
                return .refused
            case .fenced(let owner):
                try await forget()
                return .failed(ScriptFailure(cause: LeaseLoss.taken(by: owner), mayHaveRun: false))
            case .wrongIndex:
                try await forget()
                return .refused
            case nil: throw connection.unexpected("WATCH, GET, TYPE, EXISTS or MULTI")
            }
        } catch {
            return .failed(ScriptFailure(cause: error, mayHaveRun: false))
        }
        do {
            return read(try await connection.replies(to: [transaction.write])[0], of: transaction)
        } catch {
            return .failed(ScriptFailure(cause: error, mayHaveRun: true))
        }
    }

    /// Ends the transaction that was begun with nothing in it; so one right less is needed than for `DISCARD`.
    private func forget() async throws {
        _ = try await connection.reply(to: RedisCommand("EXEC"), "EXEC")
    }

    /// Reads the replies up to that of `EXEC`.
    private func read(_ tape: ReplyTape, of transaction: FencedTransaction) -> TransactionOutcome {
        let unexpected = TransactionOutcome.failed(
            ScriptFailure(cause: connection.unexpected("EXEC"), mayHaveRun: true))
        var reading = TapeReading([tape])
        // That each command was queued; what was refused there makes EXEC refuse all of them.
        var refusal: String?
        for _ in 0..<transaction.commands + 2 {
            guard let kind = reading.nextKind else { return unexpected }
            if kind == .error, refusal == nil {
                refusal = reading.nextError()
            } else {
                reading.skip(1)
            }
        }
        if let refusal { return outcome(ofRefusal: refusal) }
        switch reading.nextKind {
        case .null: return .refused
        case .error: return outcome(ofRefusal: reading.nextError())
        case .array: break
        default: return unexpected
        }
        return readResults(&reading, of: transaction) ?? unexpected
    }

    private func readResults(_ reading: inout TapeReading, of transaction: FencedTransaction) -> TransactionOutcome? {
        guard reading.enterArray(of: transaction.commands + 2), let began = Self.instant(&reading) else { return nil }
        var refused: [Int] = []
        var counts: [Int: Int64] = [:]
        var failure: String?
        for place in 0..<transaction.commands {
            switch reading.nextKind {
            case .status: reading.skip(1)
            case .integer: counts[place] = reading.next()?.integer
            case .error:
                let message = reading.nextError()
                if message.hasPrefix("BUSYKEY") { refused.append(place) } else { failure = failure ?? message }
            default: return nil
            }
        }
        guard let ended = Self.instant(&reading) else { return nil }
        if let failure {
            let cause = connection.refused("a transaction", failure)
            return .failed(ScriptFailure(cause: cause, mayHaveRun: true))
        }
        return .done(took: .microseconds(ended - began), refused: refused, counts: counts)
    }

    private static func instant(_ reading: inout TapeReading) -> Int64? {
        guard let words = reading.next()?.array, words.count == 2,
            let seconds = words[0].bytes.flatMap({ decimalInteger($0) }),
            let microseconds = words[1].bytes.flatMap({ decimalInteger($0) })
        else { return nil }
        return seconds * 1_000_000 + microseconds
    }

    /// Of a command that was refused before anything took effect.
    private func outcome(ofRefusal message: String) -> TransactionOutcome {
        // EXEC tells of its own refusal like of one of a command before it.
        let reason = message.hasPrefix("EXECABORT") ? message.split(separator: ": ").dropFirst().joined() : message
        if reason.hasPrefix("NOPERM") || reason.hasPrefix("ERR unknown command") { return .forbidden }
        return .failed(ScriptFailure(cause: connection.refused("a transaction", message), mayHaveRun: false))
    }
}
