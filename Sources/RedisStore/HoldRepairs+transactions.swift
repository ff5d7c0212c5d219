package import HoldModel

/// How events are created in transactions.
extension HoldRepairs {
    /// Events of one transaction.
    private struct Pack: Sendable {
        /// Their places among the creations.
        var events: Range<Int>
        /// For each of them, behind which command it ends.
        var ends: [Int] = []
        var keys = 0
        var transaction: FencedTransaction
    }

    /// Packs that one page has on its way: while Redis works on one, the next is encoded.
    private static let packsAtOnce = 4
    /// About what a hold takes in its command.
    private static let bytesOfKey = 600

    /// - Returns: the places of the events that must go by script.
    func transact(
        _ creations: [EventCreation], of table: SnapshotTable, _ members: IndexedFrom, over lanes: TransactionLanes,
        _ outcomes: inout [WriteOutcome]
    ) async throws -> [Int] {
        let owner = try await lease.owner()
        var left: [Int] = []
        var failure: (any Error)?
        await withTaskGroup(of: (Pack, TransactionOutcome).self) { group in
            var next = 0
            var onTheirWay = 0
            while (next < creations.count && failure == nil) || onTheirWay > 0 {
                if onTheirWay == Self.packsAtOnce || next == creations.count || failure != nil {
                    guard let (pack, outcome) = await group.next() else { break }
                    onTheirWay -= 1
                    if let error = await take(outcome, of: pack, creations, lanes, &outcomes, &left) {
                        failure = failure ?? error
                    }
                    continue
                }
                let events = range(from: next, in: creations)
                next = events.upperBound
                group.addTask {
                    let pack = self.pack(events, of: creations, table, members)
                    return (pack, await lanes.run(pack.transaction, owner: owner))
                }
                onTheirWay += 1
            }
        }
        if let failure { throw failure }
        return left.sorted()
    }

    /// As many events as one transaction may write.
    private func range(from first: Int, in creations: [EventCreation]) -> Range<Int> {
        let limit = budget.keys
        var keys = 0
        var end = first
        while end < creations.count, end == first || keys + creations[end].keyCount <= limit {
            keys += creations[end].keyCount
            end += 1
        }
        return first..<end
    }

    /// What creates events where none of their inventories is there, members included.
    package func transaction(creating creations: [EventCreation], of table: SnapshotTable) -> FencedTransaction {
        pack(creations.indices, of: creations, table, IndexedFrom(nil, 0)).transaction
    }

    private func pack(
        _ events: Range<Int>, of creations: [EventCreation], _ table: SnapshotTable, _ members: IndexedFrom
    ) -> Pack {
        let room = creations[events].reduce(0) { $0 + $1.keyCount } * Self.bytesOfKey
        var pack = Pack(events: events, transaction: FencedTransaction(keys, room: room))
        var payloads = PayloadWriter()
        let bytes = table.bytes.span
        for creation in creations[events] {
            let row = table.events[creation.event]
            payloads.begin(creation.event, of: table)
            for hold in creation.holds {
                payloads.write(hold, of: table)
                pack.transaction.createHold(
                    bytes.extracting(table.orders[hold.order].token.range), expiry: hold.terms.keyExpiresAt,
                    payload: payloads.bytes)
            }
            for (place, counts) in zip(row.categories, creation.counts) {
                payloads.write(counts, version: 1)
                pack.transaction.createInventory(
                    bytes.extracting(row.id.range), bytes.extracting(table.categories[place].id.range),
                    payload: payloads.bytes)
            }
            if !members.hasAll(of: creation), !creation.holds.isEmpty {
                pack.transaction.addMembers(creation.holds.indices) { place, command in
                    let hold = creation.holds[place]
                    command.append(hold.terms.expiresAtEpoch)
                    command.append(table.bytes.span.extracting(table.orders[hold.order].token.range))
                }
            }
            pack.keys += creation.keyCount
            pack.ends.append(pack.transaction.commands)
        }
        pack.transaction.end()
        return pack
    }

    /// - Returns: what ended the transaction, where an error did.
    private func take(
        _ outcome: TransactionOutcome, of pack: Pack, _ creations: [EventCreation], _ lanes: TransactionLanes,
        _ outcomes: inout [WriteOutcome], _ left: inout [Int]
    ) async -> (any Error)? {
        switch outcome {
        case .done(let took, let refused, _):
            budget.observe(keys: pack.keys, took: took)
            var begin = 0
            for (event, end) in zip(pack.events, pack.ends) {
                let isRefused = refused.contains { (begin..<end).contains($0) }
                outcomes[event] = isRefused ? .moved(key: keys.holdPrefix) : .applied
                begin = end
            }
        case .refused: left += pack.events
        case .forbidden:
            await lanes.forbid()
            left += pack.events
        case .failed(let failure):
            for event in pack.events { outcomes[event] = WriteOutcome(failure) }
            return failure.cause
        }
        return nil
    }
}
