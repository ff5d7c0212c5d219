package import HoldModel

/// Writes events that Redis has nothing of, from their rows.
extension HoldRepairs {
    /// Which of the creations one transaction each can write.
    ///
    /// - Returns: their places; the others go in slices, or by plans.
    package func writable(_ creations: [EventCreation], of table: SnapshotTable) -> [Int] {
        guard form.current == .payload else { return [] }
        let limit = budget.keysOfWholePlan
        return creations.indices.filter { creations[$0].keyCount <= limit && creations[$0].fitsPayload(table) }
    }

    /// Writes events in transactions, several at once while they fit.
    ///
    /// - Parameters:
    ///   - creations: each of which is ``writable(_:of:)``.
    ///   - ahead: whose members are there; see ``add(_:)``.
    ///   - record: is called once, with the outcomes in their order; one that is `interrupted` with nothing written or unknown
    ///     is what no transaction may write, or what an error has left. Transactions that meet a key write the rest of the
    ///     event's inventories, or holds, and its outcome is `cut`; the next look writes what it lacks.
    /// - Throws: after that, ``RedisError`` or ``LeaseLoss``.
    package func create(
        _ creations: [EventCreation], of table: SnapshotTable, _ ahead: MembersAhead,
        record: ([ApplyOutcome]) -> Void
    ) async throws {
        var outcomes = creations.map { _ in ApplyOutcome.interrupted() }
        defer { record(outcomes) }
        guard !creations.isEmpty, let lanes, await lanes.areUsable() else { return }
        let members = ahead.isEmpty ? IndexedFrom.none : IndexedFrom(ahead, now: try await connection.time())
        try await transact(creations, of: table, members, over: lanes, &outcomes)
    }
}

extension EventCreation {
    /// Whether all of its hashes are small enough for payloads; else they are better kept in fields.
    func fitsPayload(_ table: SnapshotTable) -> Bool {
        let row = table.events[event]
        let longest = row.categories.reduce(0) { max($0, table.categories[$1].id.range.count) }
        let line = 48 + row.id.range.count + longest
        return holds.allSatisfy { hold in
            let lines = table.orders[hold.order].isOfOneLine ? 1 : table.sortedLines(of: table.orders[hold.order]).count
            return 2 + lines * line < PayloadWriter.greatestEntries
        }
    }
}
