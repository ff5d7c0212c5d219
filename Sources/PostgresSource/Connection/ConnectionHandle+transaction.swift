import HoldModel

/// Runs every query in a transaction, either a snapshot's or one of its own.
extension ConnectionHandle {
    /// What the server said as a transaction began.
    private struct Beginning {
        let instant: Timestamp
        let isStandby: Bool
        /// The other facts, in the order of the questions.
        let told: [String?]
    }

    /// How often a transaction is tried: a standby may end it in favour of its primary's changes.
    private static let tries = 3

    /// The facts that are asked in every transaction.
    private static let facts: [Query] = [.instant, .inHotStandby, .inRecovery, .serverStart]

    /// Runs one of the program's queries.
    ///
    /// - Throws: ``PostgresError``; `CancellationError` where the task was cancelled since the statement before.
    func run(_ query: Query, _ parameters: [Parameter] = []) throws -> QueryResult {
        try Task.checkCancellation()
        if isInTransaction { return try runWithin(query, parameters) }
        for _ in 1..<Self.tries {
            do {
                return try runAlone(query, parameters)
            } catch let error as PostgresError where error.sqlState == "40001" {
                continue
            }
        }
        return try runAlone(query, parameters)
    }

    /// Runs `work` in one snapshot.
    ///
    /// - Parameter work: gets the instant and the WAL position of the snapshot.
    func inSnapshot<Value>(_ work: (SnapshotClock) throws -> Value) throws -> Value {
        for _ in 1..<Self.tries {
            do {
                return try inOneSnapshot(work)
            } catch let error as PostgresError where error.sqlState == "40001" {
                continue
            }
        }
        return try inOneSnapshot(work)
    }

    /// Asks questions that a server may refuse, each of one value; `nil` for those that it refuses, and for NULL.
    func optional(_ questions: [Query]) throws -> (told: [String?], isStandby: Bool, instant: Timestamp) {
        do {
            let begun = try begin(.snapshot, asking: questions, then: Array("; COMMIT".utf8))
            _ = try next(of: Query.transaction.rawValue)
            try finish(Query.transaction.rawValue)
            return (begun.told, begun.isStandby, begun.instant)
        } catch {
            throw leaving(after: error)
        }
    }

    private func inOneSnapshot<Value>(_ work: (SnapshotClock) throws -> Value) throws -> Value {
        try Task.checkCancellation()
        do {
            let begun = try begin(.snapshot, asking: [.walPosition, .visible])
            let value = try work(
                SnapshotClock(
                    time: begun.instant, lsn: begun.told[0], visible: begun.told[1], isStandby: begun.isStandby))
            try commit()
            return value
        } catch {
            throw leaving(after: error)
        }
    }

    /// Runs a query with its transaction in one message, so that it takes one round trip.
    private func runAlone(_ query: Query, _ parameters: [Parameter]) throws -> QueryResult {
        do {
            let facts = query.castsColumns ? try tableFacts() : nil
            let statement = query.statement(try parameters.map { try literal($0, query.rawValue) }, facts)
            _ = try begin(
                .statement, asking: [], then: Array("; ".utf8) + statement + Array("; COMMIT".utf8),
                for: query.rawValue)
            let result = try next(of: query.rawValue)
            _ = try next(of: query.rawValue)
            try finish(query.rawValue)
            return result
        } catch {
            throw query == .rowSecurity ? leaving(error) : leaving(after: error)
        }
    }

    private func commit() throws(PostgresError) {
        try execute("COMMIT")
    }

    /// - Parameters:
    ///   - rest: statements in the same message; the caller reads their results.
    ///   - name: the name of these statements in errors.
    private func begin(
        _ isolation: TransactionOpening.Isolation, asking questions: [Query], then rest: [UInt8] = [],
        for name: String = Query.transaction.rawValue
    ) throws -> Beginning {
        do {
            return try beginOnce(isolation, asking: questions, then: rest, for: name)
        } catch let error as PostgresError where error.mayBeOfAQuestion {
            rollback()
            // A refusal aborts the transaction. So each question is asked once in a transaction of its own; refused
            // ones are not asked again.
            let found = try refusals(among: Self.facts.dropFirst() + questions)
            if found.isEmpty { throw error }
            refused.formUnion(found)
            return try beginOnce(isolation, asking: questions, then: rest, for: name)
        }
    }

    private func beginOnce(
        _ isolation: TransactionOpening.Isolation, asking questions: [Query], then rest: [UInt8], for name: String
    ) throws -> Beginning {
        let all = Self.facts + questions
        let asked = all.map { refused.contains($0) ? nil : $0 }
        let isTold = asked[1] != nil || asked[2] != nil
        let isProvedStandby = isTold ? false : try refusesToWrite()
        try send(opening.statements(isolation, asking: asked) + rest, as: name)
        for _ in 1...opening.resultsBeforeFacts { _ = try next(of: name) }
        let told = try next(of: name)
        if rest.isEmpty { try finish(name) }
        guard let instant = decimalInteger(try told.required(0, 0)) else { throw told.unexpected(0) }
        if isTold, told.text(0, 1) == nil, told.text(0, 2) == nil {
            // An old server, which refuses the function as well.
            rollback()
            refused.formUnion([.inHotStandby, .inRecovery])
            return try beginOnce(isolation, asking: questions, then: rest, for: name)
        }
        let isStandby = isProvedStandby || told.text(0, 1) == "t" || told.text(0, 2) == "t"
        try mark.meet(isStandby: isStandby, start: told.text(0, 3), target: target)
        var answers: [String?] = []
        for column in questions.indices { answers.append(told.text(0, Self.facts.count + column)) }
        return Beginning(instant: Timestamp(milliseconds: instant), isStandby: isStandby, told: answers)
    }

    /// Whether the server refuses a transaction that might write, as a standby does. For servers that do not say what
    /// they are in any other way. The transaction has no statement, so it writes nothing.
    private func refusesToWrite() throws -> Bool {
        do {
            try send(Array("BEGIN TRANSACTION READ WRITE; ROLLBACK".utf8), as: Query.inRecovery.rawValue)
            _ = try next(of: Query.inRecovery.rawValue)
            try finish(Query.inRecovery.rawValue)
            return false
        } catch  where error.sqlState != nil {
            return true
        }
    }

    private func refusals(among questions: [Query]) throws -> Set<Query> {
        var found: Set<Query> = []
        for question in questions where !refused.contains(question) {
            if try refuses(question) { found.insert(question) }
        }
        return found
    }

    private func refuses(_ question: Query) throws -> Bool {
        do {
            try askAlone(question)
            return false
        } catch let error as PostgresError where error.mayBeOfAQuestion {
            rollback()
            return true
        }
    }

    private func askAlone(_ question: Query) throws {
        try send(opening.statements(.statement, asking: [question]) + Array("; COMMIT".utf8), as: question.rawValue)
        for _ in 0...opening.resultsBeforeFacts { _ = try next(of: question.rawValue) }
        try finish(question.rawValue)
    }
}

/// Leaves a transaction that failed.
extension ConnectionHandle {
    /// - Returns: the error to throw.
    private func leaving(_ error: any Error) -> any Error {
        rollback()
        return error
    }

    /// Leaves the transaction, and names the tables where rows are hidden.
    private func leaving(after error: any Error) -> any Error {
        rollback()
        guard (error as? PostgresError)?.sqlState == "42501" else { return error }
        do {
            let hidden = try hiddenRows()
            return hidden.isEmpty ? error : PostgresError.rowsHidden(target: target, tables: hidden)
        } catch {
            return error
        }
    }

    /// Returns the tables of which row-level security hides rows.
    func hiddenRows() throws -> [HiddenRows] {
        let result = try run(.rowSecurity)
        var hidden: [HiddenRows] = []
        for row in 0..<result.rowCount {
            hidden.append(HiddenRows(table: result.text(row, 0) ?? "", policies: result.text(row, 1) ?? ""))
        }
        return hidden
    }
}

extension PostgresError {
    /// Whether the server may have refused one of the facts, rather than being busy, unreachable or told to stop.
    fileprivate var mayBeOfAQuestion: Bool {
        guard let sqlState else { return false }
        let others = ["08", "25", "40", "53", "57", "58"]
        return !others.contains { sqlState.hasPrefix($0) }
    }
}
