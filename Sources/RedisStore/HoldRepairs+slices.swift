import HoldModel

/// How a plan that is too large for one script is applied, slice by slice.
extension HoldRepairs {
    /// Slices that are encoded and sent together.
    private static let slicesTogether = 16
    /// How many times that is on its way at once: while Redis works on some, the next are encoded.
    private static let sendsAtOnce = 2

    /// What became of a plan, and the error that ended it.
    struct Sliced {
        var outcome: ApplyOutcome
        var failure: (any Error)?
    }

    /// Slices that went out together, and what became of each.
    private struct Sent {
        let phase: PlanSlices.Phase
        let slices: [EventPlan]
        var outcomes: [WriteOutcome] = []
        var failure: (any Error)?
    }

    /// The slices of one plan by what became of them.
    private struct Progress {
        var hasWritten = false
        var written: [EventPlan] = []
        var unknown: [EventPlan] = []
        var movedKey: [UInt8]?
        var failure: (any Error)?

        var mustEnd: Bool { movedKey != nil || failure != nil }

        mutating func take(_ sent: Sent) {
            failure = failure ?? sent.failure
            for (slice, outcome) in zip(sent.slices, sent.outcomes) {
                switch outcome {
                case .moved(let key): movedKey = movedKey ?? key
                case .applied:
                    hasWritten = true
                    // What comes first is there, and not yet what is planned.
                    if sent.phase == .preceding { unknown.append(slice) } else { written.append(slice) }
                case .unknown: unknown.append(slice)
                case .unwritten: break
                }
            }
        }

        var result: Sliced {
            if let failure {
                let outcome = ApplyOutcome.interrupted(written: PlanPart(of: written), unknown: PlanPart(of: unknown))
                return Sliced(outcome: outcome, failure: failure)
            }
            guard let movedKey else { return Sliced(outcome: .applied) }
            return Sliced(
                outcome: hasWritten ? .cut(key: movedKey, written: PlanPart(of: written)) : .moved(key: movedKey))
        }
    }

    func applyInSlices(_ plan: EventPlan) async -> Sliced {
        var progress = Progress()
        var slices = PlanSlices(plan)
        while slices.phase != .done, !progress.mustEnd {
            // What puts seats on sale goes one by one: nothing of it behind a slice that found Redis changed.
            let isRaising = slices.phase == .raising
            await send(
                &slices, &progress, together: isRaising ? 1 : Self.slicesTogether,
                atOnce: isRaising ? 1 : Self.sendsAtOnce)
        }
        return progress.result
    }

    /// Sends the slices of the phase that is on; a slice that found Redis changed, or an error, ends it.
    private func send(
        _ slices: inout PlanSlices, _ progress: inout Progress, together: Int, atOnce: Int
    ) async {
        let phase = slices.phase
        await withTaskGroup(of: Sent.self) { group in
            var onTheirWay = 0
            while slices.phase == phase, !progress.mustEnd {
                if onTheirWay == atOnce {
                    guard let sent = await group.next() else { break }
                    onTheirWay -= 1
                    progress.take(sent)
                    continue
                }
                let next = slices.nextOfPhase(budget.keys, atMost: together)
                group.addTask { await send(next, of: phase) }
                onTheirWay += 1
            }
            for await sent in group { progress.take(sent) }
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

extension PlanPart {
    fileprivate init(of slices: [EventPlan]) {
        self.init()
        for slice in slices { formUnion(PlanPart(slice)) }
    }
}
