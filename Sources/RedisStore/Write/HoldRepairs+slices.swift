import HoldModel

/// Writes a plan that is too large for one script, slice by slice.
extension HoldRepairs {
    /// How many slices are encoded and sent together.
    private static let slicesTogether = 16
    /// How many such groups are in flight at once: while Redis works on one, the next is encoded.
    private static let sendsAtOnce = 2

    /// Slices that went out together, and what became of each.
    private struct Sent {
        let phase: PlanSlices.Phase
        let slices: [EventPlan]
        var outcomes: [WriteOutcome] = []
        var failure: (any Error)?

        func tell(_ progress: inout SliceProgress) {
            if let failure { progress.fail(failure) }
            for (slice, outcome) in zip(slices, outcomes) {
                // What comes first is there, and not yet what is planned.
                progress.take(.plan(slice), outcome, isFinal: phase != .preceding)
            }
        }
    }

    func applyInSlices(_ plan: EventPlan) async -> Sliced {
        var progress = SliceProgress()
        var slices = PlanSlices(plan)
        await send(&slices, &progress)
        return progress.result()
    }

    /// Sends the slices of one phase after the other.
    ///
    /// - Parameter create: writes new holds, by their places.
    func send(
        _ slices: inout PlanSlices, _ progress: inout SliceProgress,
        create: (Range<Int>, inout SliceProgress) async -> Void = { _, _ in }
    ) async {
        while slices.phase != .done {
            if let places = slices.takeNewHolds() {
                await create(places, &progress)
            } else {
                // Slices that put seats on sale go one by one, so that none follows one that found Redis changed.
                let isRaising = slices.phase == .raising
                await send(
                    &slices, &progress, together: isRaising ? 1 : Self.slicesTogether,
                    atOnce: isRaising ? 1 : Self.sendsAtOnce)
            }
            if progress.mustEnd { slices.end() }
        }
    }

    /// Sends the slices of the phase that is on; a slice that found Redis changed, or an error, ends it.
    private func send(
        _ slices: inout PlanSlices, _ progress: inout SliceProgress, together: Int, atOnce: Int
    ) async {
        let phase = slices.phase
        await withTaskGroup(of: Sent.self) { group in
            var onTheirWay = 0
            while slices.phase == phase, !progress.mustEnd {
                if onTheirWay == atOnce {
                    guard let sent = await group.next() else { break }
                    onTheirWay -= 1
                    sent.tell(&progress)
                    continue
                }
                let next = slices.nextOfPhase(budget.keys, atMost: together)
                group.addTask { await send(next, of: phase) }
                onTheirWay += 1
            }
            for await sent in group { sent.tell(&progress) }
        }
    }

    private func send(_ slices: [EventPlan], of phase: PlanSlices.Phase) async -> Sent {
        var sent = Sent(phase: phase, slices: slices)
        do {
            try await send(slices) { sent.outcomes = $0 }
        } catch {
            sent.failure = error
        }
        return sent
    }
}
