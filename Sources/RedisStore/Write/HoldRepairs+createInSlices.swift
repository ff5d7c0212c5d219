package import HoldModel

/// Writes an event that Redis has nothing of and that is too large for one transaction: its counts in slices like those
/// of a plan, its holds in transactions between them.
extension HoldRepairs {
    /// Whether ``createInSlices(_:of:record:)`` can write an event that ``writable(_:of:)`` leaves out.
    package func isWritableInSlices(_ creation: EventCreation, of table: SnapshotTable) async -> Bool {
        guard form.current == .payload, let lanes, await lanes.areUsable() else { return false }
        return creation.fitsPayload(table)
    }

    /// Writes an event: its inventories with nothing on sale, its holds, then the seats that are on sale; see
    /// ``PlanSlices``. A slice that finds Redis changed ends it with its phase. Holds go in the creation's order, best
    /// in that of their members; see ``NewMembers/ordering(_:in:)``.
    ///
    /// - Parameter record: is called once.
    /// - Throws: after that, ``RedisError`` or ``LeaseLoss``.
    package func createInSlices(
        _ creation: EventCreation, of table: SnapshotTable, record: (ApplyOutcome) -> Void
    ) async throws {
        let holds = creation.holds
        var progress = SliceProgress()
        var slices = PlanSlices(creating: creation, of: table)
        // All of them come at once.
        await send(&slices, &progress) { _, progress in
            await create(holds, of: creation.event, in: table, &progress)
        }
        let sliced = progress.result { places in
            places.map { table.identifier(table.orders[holds[$0].order].token) }
        }
        record(sliced.outcome)
        if let failure = sliced.failure { throw failure }
    }

    private func create(
        _ holds: [EventCreation.NewHold], of event: Int, in table: SnapshotTable, _ progress: inout SliceProgress
    ) async {
        do {
            guard let lanes else { return progress.take(.holds(holds.indices), .moved(key: keys.index)) }
            let owner = try await lease.owner()
            let run = await lanes.run(Self.lanesOfPage, owner: owner, of: holds.count) {
                $0..<min($0 + budget.keys, holds.count)
            } make: {
                transaction(creating: holds[$0], of: event, in: table)
            } observe: {
                budget.observe(keys: $0.count, took: $1)
            }
            take(run, holds, table, &progress)
        } catch {
            progress.fail(error)
        }
    }

    private func take(
        _ run: TransactionRun, _ holds: [EventCreation.NewHold], _ table: SnapshotTable, _ progress: inout SliceProgress
    ) {
        for (places, outcome) in run.outcomes {
            switch outcome {
            case .done(_, let refused, _): take(places, refused.map { places.lowerBound + $0 }, holds, table, &progress)
            // The lease is gone, or the index is no sorted set: the next look tells which.
            case .refused, .forbidden: progress.take(.holds(places), .moved(key: keys.lease))
            case .failed(let failure): progress.take(.holds(places), WriteOutcome(failure))
            }
        }
        if let failure = run.failure { progress.fail(failure) }
    }

    /// Notes holds that were written, except for a few whose key existed.
    private func take(
        _ places: Range<Int>, _ met: [Int], _ holds: [EventCreation.NewHold], _ table: SnapshotTable,
        _ progress: inout SliceProgress
    ) {
        var start = places.lowerBound
        for place in met {
            if start < place { progress.take(.holds(start..<place), .applied) }
            let key = keys.hold(table.identifier(table.orders[holds[place].order].token))
            progress.take(.holds(place..<place + 1), .moved(key: key))
            start = place + 1
        }
        if start < places.upperBound { progress.take(.holds(start..<places.upperBound), .applied) }
    }
}
