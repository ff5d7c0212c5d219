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
        await withTaskGroup(of: (Range<Int>, Result<WriteOutcome, ScriptFailure>).self) { group in
            func take(_ places: Range<Int>, _ result: Result<WriteOutcome, ScriptFailure>) {
                switch result {
                case .success(let outcome): progress.take(.holds(places), outcome)
                case .failure(let failure):
                    progress.take(.holds(places), WriteOutcome(failure))
                    progress.fail(failure.cause)
                }
            }
            var start = 0
            var onTheirWay = 0
            while start < holds.count, !progress.mustEnd {
                if onTheirWay == Self.transactionsAtOnce {
                    guard let (places, result) = await group.next() else { break }
                    onTheirWay -= 1
                    take(places, result)
                    continue
                }
                let places = start..<min(start + budget.keys, holds.count)
                start = places.upperBound
                group.addTask { (places, await create(holds, places, of: event, in: table)) }
                onTheirWay += 1
            }
            for await (places, result) in group { take(places, result) }
        }
    }

    /// Writes some of the holds and their members at one instant.
    private func create(
        _ holds: [EventCreation.NewHold], _ places: Range<Int>, of event: Int, in table: SnapshotTable
    ) async -> Result<WriteOutcome, ScriptFailure> {
        do {
            let owner = try await lease.owner()
            guard let lanes else { return .success(.moved(key: keys.index)) }
            let transaction = transaction(creating: holds[places], of: event, in: table)
            for _ in 1...Self.tries {
                switch await lanes.run(transaction, owner: owner) {
                case .done(let took, let refused, _):
                    budget.observe(keys: places.count, took: took)
                    guard let first = refused.first else { return .success(.applied) }
                    let token: HoldToken = table.identifier(table.orders[holds[places.lowerBound + first].order].token)
                    return .success(.moved(key: keys.hold(token)))
                case .refused: continue
                case .forbidden:
                    await lanes.forbid()
                    return .success(.moved(key: keys.lease))
                case .failed(let failure): return .failure(failure)
                }
            }
            // A script tells whether this is the lease or the index, and the next look what else it was.
            _ = try await addMembers(places.count) { place, call in
                let hold = holds[places.lowerBound + place]
                call.addArgument(hold.terms.expiresAtEpoch)
                call.addArgument(table.bytes.span.extracting(table.orders[hold.order].token.range))
            }
            return .success(.moved(key: keys.lease))
        } catch {
            return .failure(ScriptFailure(cause: error, mayHaveRun: true))
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
