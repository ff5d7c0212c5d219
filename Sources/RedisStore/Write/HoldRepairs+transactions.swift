package import HoldModel

/// Creates events in transactions: first the inventories of all of them, then their holds, so that the seats of each
/// hold are in `pending` before it exists. ``CreationProgress`` says what is left where a run ends in between.
extension HoldRepairs {
    /// How many lanes one page uses: while Redis works on a transaction of one, the other's is on its way.
    static let lanesOfPage = 2
    /// How many bytes the command of a hold has, about.
    private static let bytesOfHold = 600
    /// How many bytes the command of an inventory has, about.
    private static let bytesOfInventory = 250

    /// - Parameter outcomes: of the creations, by their places; get what became of them, also where this throws.
    func transact(
        _ creations: [EventCreation], of table: SnapshotTable, _ members: IndexedFrom, over lanes: TransactionLanes,
        _ outcomes: inout [ApplyOutcome]
    ) async throws {
        var progress = creations.map { CreationProgress(hasHolds: !$0.holds.isEmpty) }
        defer {
            for place in creations.indices {
                outcomes[place] = progress[place].outcome(of: creations[place], in: table, keys)
            }
        }
        let owner = try await lease.owner()
        try await createInventories(creations, of: table, owner, lanes, &progress)
        let open = creations.indices.filter { progress[$0].next == .holds }
        try await createHolds(of: open.map { creations[$0] }, table, members, owner, lanes) {
            progress[open[$0]].take($1)
        }
        for place in creations.indices where progress[place].next == .holds { progress[place].take(.refused) }
    }

    private func createInventories(
        _ creations: [EventCreation], of table: SnapshotTable, _ owner: [UInt8], _ lanes: TransactionLanes,
        _ progress: inout [CreationProgress]
    ) async throws {
        let sizes = creations.map(\.counts.count)
        let run = await lanes.run(Self.lanesOfPage, owner: owner, of: creations.count) {
            range(from: $0, of: sizes, atMost: inventoryBudget.keys)
        } make: { events in
            transaction(creatingInventoriesOf: creations[events], in: table)
        } observe: { events, took in
            inventoryBudget.observe(keys: sizes[events].reduce(0, +), took: took)
        }
        for (events, outcome) in run.outcomes {
            switch outcome {
            case .done(_, let refused, _):
                var begin = 0
                for event in events {
                    let met = refused.filter { (begin..<begin + sizes[event]).contains($0) }.map { $0 - begin }
                    progress[event].take(met.isEmpty ? .written : .met(met))
                    begin += sizes[event]
                }
            case .failed(let failure) where failure.mayHaveRun:
                for event in events { progress[event].take(.unknown) }
            case .failed, .refused, .forbidden: continue
            }
        }
        if let failure = run.failure { throw failure }
    }

    /// - Parameter record: is told what became of an event's holds, by its place; not of those that are to be tried again.
    private func createHolds(
        of creations: [EventCreation], _ table: SnapshotTable, _ members: IndexedFrom, _ owner: [UInt8],
        _ lanes: TransactionLanes, record: (Int, CreationProgress.Answer) -> Void
    ) async throws {
        let sizes = creations.map(\.holds.count)
        let run = await lanes.run(Self.lanesOfPage, owner: owner, of: creations.count) {
            range(from: $0, of: sizes, atMost: budget.keys)
        } make: { events in
            transaction(creatingHoldsOf: creations[events], in: table, members)
        } observe: { events, took in
            budget.observe(keys: sizes[events].reduce(0, +), took: took)
        }
        for (events, outcome) in run.outcomes {
            switch outcome {
            case .done(_, let refused, let counts):
                var begin = 0
                for event in events {
                    let end = begin + sizes[event]
                    let met = refused.filter { (begin..<end).contains($0) }.map { $0 - begin }
                    let areIndexed = members.hasAll(of: creations[event])
                    // The score of a member that was there was left as it is; it is the right one where this run has
                    // added it.
                    let areRight = members.wereAdded(of: creations[event]) || counts[end] == Int64(sizes[event])
                    record(event, met.isEmpty ? areRight ? .written : .membersMet : .met(met))
                    begin = areIndexed ? end : end + 1
                }
            case .failed(let failure) where failure.mayHaveRun:
                for event in events { record(event, .unknown) }
            case .failed, .refused, .forbidden: continue
            }
        }
        if let failure = run.failure { throw failure }
    }

    /// As many events from one on as a transaction may write, at least that one.
    private func range(from first: Int, of sizes: [Int], atMost limit: Int) -> Range<Int> {
        var keys = sizes[first]
        var end = first + 1
        while end < sizes.count, keys + sizes[end] <= limit {
            keys += sizes[end]
            end += 1
        }
        return first..<end
    }

    /// Makes the transaction that creates the inventories of events.
    package func transaction(
        creatingInventoriesOf creations: ArraySlice<EventCreation>, in table: SnapshotTable
    ) -> FencedTransaction {
        let room = creations.reduce(0) { $0 + $1.counts.count } * Self.bytesOfInventory
        var transaction = FencedTransaction(keys, room: room)
        var payloads = PayloadWriter()
        let bytes = table.bytes.span
        for creation in creations {
            let row = table.events[creation.event]
            for (place, counts) in zip(row.categories, creation.counts) {
                payloads.write(counts, version: 1)
                transaction.createInventory(
                    bytes.extracting(row.id.range), bytes.extracting(table.categories[place].id.range),
                    payload: payloads.bytes)
            }
        }
        transaction.end()
        return transaction
    }

    /// Makes the transaction that creates the holds of events, and missing index members.
    package func transaction(
        creatingHoldsOf creations: ArraySlice<EventCreation>, in table: SnapshotTable, _ members: IndexedFrom
    ) -> FencedTransaction {
        let room = creations.reduce(0) { $0 + $1.holds.count } * Self.bytesOfHold
        var transaction = FencedTransaction(keys, room: room)
        for creation in creations {
            let areIndexed = members.hasAll(of: creation)
            transaction.create(creation.holds[...], of: creation.event, in: table, areIndexed: areIndexed)
        }
        transaction.end()
        return transaction
    }

    /// Makes the transaction that creates some holds of an event, with their members.
    package func transaction(
        creating holds: ArraySlice<EventCreation.NewHold>, of event: Int, in table: SnapshotTable
    ) -> FencedTransaction {
        var transaction = FencedTransaction(keys, room: holds.count * Self.bytesOfHold)
        transaction.create(holds, of: event, in: table, areIndexed: false)
        transaction.end()
        return transaction
    }
}

extension FencedTransaction {
    /// Adds what creates holds of an event.
    ///
    /// - Parameter areIndexed: whether their index members are there already.
    fileprivate mutating func create(
        _ holds: ArraySlice<EventCreation.NewHold>, of event: Int, in table: SnapshotTable, areIndexed: Bool
    ) {
        var payloads = PayloadWriter()
        payloads.begin(event, of: table)
        let bytes = table.bytes.span
        for hold in holds {
            payloads.write(hold, of: table)
            createHold(
                bytes.extracting(table.orders[hold.order].token.range), expiry: hold.terms.keyExpiresAt,
                payload: payloads.bytes)
        }
        if areIndexed || holds.isEmpty { return }
        addMembers(holds.indices) { place, command in
            command.append(holds[place].terms.expiresAtEpoch)
            command.append(table.bytes.span.extracting(table.orders[holds[place].order].token.range))
        }
    }
}
