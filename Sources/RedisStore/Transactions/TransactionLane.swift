import HoldModel
import NIOCore

/// What became of a transaction.
enum TransactionOutcome: Sendable {
    /// It took effect.
    ///
    /// - Parameters:
    ///   - took: of Redis' time.
    ///   - refused: which of its commands were refused since their key was there.
    ///   - counts: the numbers that its other commands answered, by their place.
    case done(took: Duration, refused: [Int], counts: [Int: Int64])
    /// It was not begun, or did nothing, since Redis is not as it must be. The next look at the event tells more.
    case refused
    /// The user may not give these commands.
    case forbidden
    case failed(ScriptFailure)

    /// Whether the connection stands outside of any transaction afterwards.
    var isOver: Bool {
        switch self {
        case .done, .refused: true
        case .forbidden, .failed: false
        }
    }
}

/// A connection for transactions alone: between `WATCH` and `EXEC` nobody else may use it.
struct TransactionLane: Sendable {
    /// A transaction, and what whoever makes it wants to know of it afterwards.
    typealias Item<Note> = (note: Note, transaction: FencedTransaction)

    let connection: RedisConnection

    /// Runs transactions one after the other. The questions of each are sent right after the commands of the one
    /// before, so each takes one round trip, and Redis never waits. All of it runs on the connection's own thread.
    ///
    /// - Parameters:
    ///   - next: makes the next one, while Redis works; `nil` after the last.
    ///   - take: gets the outcome of each that was sent, in order, and returns whether to go on. If it does not, or the connection
    ///     has failed, up to two that were made ahead are not sent.
    /// - Returns: whether the connection can still be used.
    func run<Note>(
        owner: [UInt8], next: () -> Item<Note>?, take: (Note, TransactionOutcome) async -> Bool
    ) async -> Bool {
        await withTaskExecutorPreference(connection.executor) {
            await runHere(owner: owner, next: next, take: take)
        }
    }

    private func runHere<Note>(
        owner: [UInt8], next: () -> Item<Note>?, take: (Note, TransactionOutcome) async -> Bool
    ) async -> Bool {
        var current = next()
        while let first = current {
            let asked = connection.sent(first.transaction.questions)
            var following = next()
            var admission: Admission
            do {
                var reading = TapeReading([try await asked.get()])
                admission = self.admission(&reading, of: first.transaction, owner)
            } catch {
                admission = .ended(.failed(ScriptFailure(cause: error, mayHaveRun: false)), inTransaction: false)
            }
            current = following
            var admitted = first
            while case .admitted = admission {
                let written = send(admitted.transaction, before: following?.transaction)
                let third = following == nil ? nil : next()
                let outcome: TransactionOutcome
                do {
                    var reading = TapeReading([try await written.get()])
                    outcome = read(&reading, of: admitted.transaction)
                    admission = following.map { self.admission(&reading, of: $0.transaction, owner) } ?? .none
                } catch {
                    outcome = .failed(ScriptFailure(cause: error, mayHaveRun: true))
                }
                let goesOn = await take(admitted.note, outcome)
                // Where the connection stands is not known.
                guard outcome.isOver else { return false }
                if !goesOn {
                    if following == nil { return true }
                    return await forget(admission)
                }
                guard let asked = following else { return true }
                (admitted, following, current) = (asked, third, third)
            }
            guard case .ended(let outcome, _) = admission else { return true }
            let isOfUse = await forget(admission)
            guard await take(admitted.note, outcome), isOfUse else { return isOfUse && outcome.isOver }
        }
        return true
    }

    /// What the questions of a transaction came to.
    private enum Admission {
        case admitted
        /// - Parameter inTransaction: whether `MULTI` was taken.
        case ended(TransactionOutcome, inTransaction: Bool)
        /// Nothing was asked.
        case none
    }

    private func send(
        _ transaction: FencedTransaction, before next: FencedTransaction?
    ) -> EventLoopFuture<ReplyTape> {
        connection.sent(transaction.write, before: next?.questions)
    }

    private func admission(
        _ reading: inout TapeReading, of transaction: FencedTransaction, _ owner: [UInt8]
    ) -> Admission {
        var answers: [RedisReply] = []
        for _ in 0..<transaction.questions.count {
            guard let answer = reading.next() else { break }
            answers.append(answer)
        }
        if let refusal = answers.lazy.compactMap(\.error).first {
            return .ended(outcome(ofRefusal: refusal), inTransaction: false)
        }
        switch transaction.admission(answers, owner: owner) {
        case .admitted: return .admitted
        case .wrongIndex: return .ended(.refused, inTransaction: true)
        case .fenced(let owner):
            let cause = LeaseLoss.taken(by: owner)
            return .ended(.failed(ScriptFailure(cause: cause, mayHaveRun: false)), inTransaction: true)
        case nil:
            let cause = connection.unexpected("WATCH, GET, TYPE or MULTI")
            return .ended(.failed(ScriptFailure(cause: cause, mayHaveRun: false)), inTransaction: false)
        }
    }

    /// Ends a transaction without commands, by `EXEC`, so that the user needs no right to `DISCARD`.
    ///
    /// - Returns: whether the connection is outside of any transaction.
    private func forget(_ admission: Admission) async -> Bool {
        switch admission {
        case .ended(_, inTransaction: false): return false
        case .none: return true
        case .admitted, .ended:
            do {
                _ = try await connection.reply(to: RedisCommand("EXEC"), "EXEC")
                return true
            } catch {
                // What this was about has been told; the connection is given up.
                return false
            }
        }
    }

    /// Reads the replies up to that of `EXEC`.
    private func read(_ reading: inout TapeReading, of transaction: FencedTransaction) -> TransactionOutcome {
        let unexpected = TransactionOutcome.failed(
            ScriptFailure(cause: connection.unexpected("EXEC"), mayHaveRun: true))
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
        case .null:
            reading.skip(1)
            return .refused
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
