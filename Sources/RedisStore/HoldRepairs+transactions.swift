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
    }

    /// Lanes that one page has: while Redis works on a transaction of one, the other's is on its way.
    static let lanesOfPage = 2
    /// About what a hold takes in its command.
    private static let bytesOfKey = 600

    /// - Returns: the places of the events that must go by script.
    func transact(
        _ creations: [EventCreation], of table: SnapshotTable, _ members: IndexedFrom, over lanes: TransactionLanes,
        _ outcomes: inout [WriteOutcome]
    ) async throws -> [Int] {
        let owner = try await lease.owner()
        let run = await lanes.run(Self.lanesOfPage, owner: owner, of: creations.count) {
            range(from: $0, in: creations)
        } make: {
            self.pack($0, of: creations, table, members)
        } observe: {
            budget.observe(keys: $0.keys, took: $1)
        }
        var left = Set(creations.indices)
        for (pack, outcome) in run.outcomes { take(outcome, of: pack, &outcomes, &left) }
        if let failure = run.failure { throw failure }
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
        pack(creations.indices, of: creations, table, IndexedFrom(nil, 0)).1
    }

    private func pack(
        _ events: Range<Int>, of creations: [EventCreation], _ table: SnapshotTable, _ members: IndexedFrom
    ) -> TransactionLane.Item<Pack> {
        let room = creations[events].reduce(0) { $0 + $1.keyCount } * Self.bytesOfKey
        var pack = Pack(events: events)
        var transaction = FencedTransaction(keys, room: room)
        var payloads = PayloadWriter()
        let bytes = table.bytes.span
        for creation in creations[events] {
            let row = table.events[creation.event]
            payloads.begin(creation.event, of: table)
            for hold in creation.holds {
                payloads.write(hold, of: table)
                transaction.createHold(
                    bytes.extracting(table.orders[hold.order].token.range), expiry: hold.terms.keyExpiresAt,
                    payload: payloads.bytes)
            }
            for (place, counts) in zip(row.categories, creation.counts) {
                payloads.write(counts, version: 1)
                transaction.createInventory(
                    bytes.extracting(row.id.range), bytes.extracting(table.categories[place].id.range),
                    payload: payloads.bytes)
            }
            if !members.hasAll(of: creation), !creation.holds.isEmpty {
                transaction.addMembers(creation.holds.indices) { place, command in
                    let hold = creation.holds[place]
                    command.append(hold.terms.expiresAtEpoch)
                    command.append(table.bytes.span.extracting(table.orders[hold.order].token.range))
                }
            }
            pack.keys += creation.keyCount
            pack.ends.append(transaction.commands)
        }
        transaction.end()
        return (pack, transaction)
    }

    private func take(
        _ outcome: TransactionOutcome, of pack: Pack, _ outcomes: inout [WriteOutcome], _ left: inout Set<Int>
    ) {
        switch outcome {
        case .done(_, let refused, _):
            var begin = 0
            for (event, end) in zip(pack.events, pack.ends) {
                let isRefused = refused.contains { (begin..<end).contains($0) }
                outcomes[event] = isRefused ? .moved(key: keys.holdPrefix) : .applied
                begin = end
            }
        case .refused, .forbidden: return
        case .failed(let failure): for event in pack.events { outcomes[event] = WriteOutcome(failure) }
        }
        left.subtract(pack.events)
    }
}
