package import HoldModel

/// How an event of which Redis has nothing is written where it is too large for one transaction: its counts in slices like
/// those of any plan, its holds in transactions between them.
extension HoldRepairs {
    /// Transactions that are on their way at once: while Redis works on one, the next is encoded.
    private static let transactionsAtOnce = 3
    /// How often a transaction is tried: what is watched may have changed by the renewal of the lease.
    private static let tries = 3
    /// About what a hold takes in its command.
    private static let bytesOfHold = 600

    /// Whether ``createInSlices(_:of:record:)`` can write an event that ``writable(_:of:)`` leaves out.
    package func isWritableInSlices(_ creation: EventCreation, of table: SnapshotTable) async -> Bool {
        guard form.current == .payload, let lanes, await !lanes.areForbidden else { return false }
        return creation.fitsPayload(table)
    }

    /// Writes an event: its inventories with nothing on sale, its holds, then the seats that are on sale; see
    /// ``PlanSlices``. A slice that finds Redis changed ends it with its phase.
    ///
    /// - Parameter record: is called once.
    /// - Throws: after that, ``RedisError`` or ``LeaseLoss``.
    package func createInSlices(
        _ creation: EventCreation, of table: SnapshotTable, record: (ApplyOutcome) -> Void
    ) async throws {
        let holds = creation.holds.sorted { $0.terms.expiresAtEpoch < $1.terms.expiresAtEpoch }
        var progress = SliceProgress()
        var counts = PlanSlices(creating: creation, of: table)
        await send(&counts, &progress, upTo: .raising)
        if !progress.mustEnd { await create(holds, of: creation.event, in: table, &progress) }
        await send(&counts, &progress, upTo: .done)
        let sliced = progress.result { places in
            places.map { table.identifier(table.orders[holds[$0].order].token) }
        }
        record(sliced.outcome)
        if let failure = sliced.failure { throw failure }
    }

    private func create(
        _ holds: [EventCreation.NewHold], of event: Int, in table: SnapshotTable, _ progress: inout SliceProgress
    ) async {
        await withTaskGroup(of: Created.self) { group in
            func take(_ created: Created) {
                for (places, outcome) in created.outcomes { progress.take(.holds(places), outcome) }
                if let failure = created.failure { progress.fail(failure) }
            }
            var start = 0
            var onTheirWay = 0
            while start < holds.count, !progress.mustEnd {
                if onTheirWay == Self.transactionsAtOnce {
                    guard let created = await group.next() else { break }
                    onTheirWay -= 1
                    take(created)
                    continue
                }
                let places = start..<min(start + budget.keys, holds.count)
                start = places.upperBound
                group.addTask { await create(holds, places, of: event, in: table) }
                onTheirWay += 1
            }
            for await created in group { take(created) }
        }
    }

    /// Writes some of the holds and their members at one instant.
    private func create(
        _ holds: [EventCreation.NewHold], _ places: Range<Int>, of event: Int, in table: SnapshotTable
    ) async -> Created {
        do {
            let owner = try await lease.owner()
            guard let lanes else { return Created(places, .moved(key: keys.index)) }
            let transaction = transaction(creating: holds[places], of: event, in: table)
            for _ in 1...Self.tries {
                switch await lanes.run(transaction, owner: owner) {
                case .done(let took, let refused, _):
                    budget.observe(keys: places.count, took: took)
                    return Created(places, refused: refused) { place in
                        keys.hold(table.identifier(table.orders[holds[place].order].token))
                    }
                case .refused: continue
                case .forbidden:
                    await lanes.forbid()
                    return Created(places, .moved(key: keys.lease))
                case .failed(let failure): return Created(places, WriteOutcome(failure), failure: failure.cause)
                }
            }
            // No hold was written. A script tells whether this is the lease or the index, and the next look what else it was.
            _ = try await addMembers(places.count) { place, call in
                let hold = holds[places.lowerBound + place]
                call.addArgument(hold.terms.expiresAtEpoch)
                call.addArgument(table.bytes.span.extracting(table.orders[hold.order].token.range))
            }
            return Created(places, .moved(key: keys.lease))
        } catch {
            return Created(places, .unwritten, failure: error)
        }
    }

    /// What creates holds of an event, members included.
    package func transaction(
        creating holds: ArraySlice<EventCreation.NewHold>, of event: Int, in table: SnapshotTable
    ) -> FencedTransaction {
        var transaction = FencedTransaction(keys, room: holds.count * Self.bytesOfHold)
        var payloads = PayloadWriter()
        payloads.begin(event, of: table)
        for hold in holds {
            payloads.write(hold, of: table)
            transaction.createHold(
                table.bytes.span.extracting(table.orders[hold.order].token.range), expiry: hold.terms.keyExpiresAt,
                payload: payloads.bytes)
        }
        transaction.addMembers(holds.indices) { place, command in
            command.append(holds[place].terms.expiresAtEpoch)
            command.append(table.bytes.span.extracting(table.orders[holds[place].order].token.range))
        }
        transaction.end()
        return transaction
    }
}

/// What became of holds that were to be created at one instant.
private struct Created: Sendable {
    /// By the holds' places.
    let outcomes: [(places: Range<Int>, outcome: WriteOutcome)]
    let failure: (any Error)?

    init(_ places: Range<Int>, _ outcome: WriteOutcome, failure: (any Error)? = nil) {
        outcomes = [(places, outcome)]
        self.failure = failure
    }

    /// All but a few were written.
    ///
    /// - Parameters:
    ///   - refused: of the places, those whose key was there.
    ///   - key: the hold's at a place.
    init(_ places: Range<Int>, refused: [Int], key: (Int) -> [UInt8]) {
        var outcomes: [(places: Range<Int>, outcome: WriteOutcome)] = []
        var start = places.lowerBound
        for place in refused.map({ places.lowerBound + $0 }) {
            outcomes.append((start..<place, .applied))
            outcomes.append((place..<place + 1, .moved(key: key(place))))
            start = place + 1
        }
        outcomes.append((start..<places.upperBound, .applied))
        self.outcomes = outcomes.filter { !$0.places.isEmpty }
        failure = nil
    }
}
