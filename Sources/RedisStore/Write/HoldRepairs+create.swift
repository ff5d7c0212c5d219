package import HoldModel
import LuaScripts

/// How events are written that Redis has nothing of, from their rows.
extension HoldRepairs {
    /// Which of the creations one script each can write, all keys or none.
    ///
    /// - Returns: their places; the others go by plans.
    package func writable(_ creations: [EventCreation], of table: SnapshotTable) -> [Int] {
        guard form.current == .payload else { return [] }
        let limit = budget.keysOfWholePlan
        return creations.indices.filter { creations[$0].keyCount <= limit && creations[$0].fitsPayload(table) }
    }

    /// Writes events, several at once while they fit: in transactions, and by script where one was refused.
    ///
    /// - Parameters:
    ///   - creations: each of which is ``writable(_:of:)``.
    ///   - ahead: whose members are there; see ``add(_:)``.
    ///   - record: is called once, with the outcomes in their order; one that is `interrupted` with nothing written or unknown
    ///     is what the user may not `RESTORE`, or what an error has left. Transactions that meet a key write the rest of the
    ///     event's inventories, or holds, and its outcome is `cut`; the next look writes what it lacks.
    /// - Throws: after that, ``RedisError`` or ``LeaseLoss``.
    package func create(
        _ creations: [EventCreation], of table: SnapshotTable, _ ahead: MembersAhead,
        record: ([ApplyOutcome]) -> Void
    ) async throws {
        var outcomes = creations.map { _ in ApplyOutcome.interrupted() }
        defer { record(outcomes) }
        if creations.isEmpty { return }
        let members = ahead.isEmpty ? IndexedFrom.none : IndexedFrom(ahead, now: try await connection.time())
        var left = Array(creations.indices)
        if let lanes, await lanes.areUsable() {
            left = try await transact(creations, of: table, members, over: lanes, &outcomes)
        }
        try await runScripts(left, of: creations, table, members, &outcomes)
    }

    private func runScripts(
        _ left: [Int], of creations: [EventCreation], _ table: SnapshotTable, _ members: IndexedFrom,
        _ outcomes: inout [ApplyOutcome]
    ) async throws {
        if left.isEmpty { return }
        var packing = CreatePacking(keys, owner: try await lease.owner(), limit: budget.keys)
        for place in left {
            packing.add(creations[place], of: table, areIndexed: members.hasAll(of: creations[place]))
        }
        let packs = packing.finished()
        let answers = await scripts.answers(.create, packs.map(\.call))
        // What a user may is the same for all of them, so nothing was written.
        if answers.contains(where: \.isUnable) { return form.giveUpPayloads() }
        var created: [WriteOutcome] = []
        defer {
            for (place, outcome) in zip(left, created) {
                outcomes[place] = ApplyOutcome(outcome, of: creations[place], in: table)
            }
        }
        try read(answers, packs, "script create", &created)
    }
}
