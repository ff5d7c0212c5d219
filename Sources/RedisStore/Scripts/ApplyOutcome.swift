package import HoldModel

/// What became of one application of a plan.
package enum ApplyOutcome: Sendable, Hashable {
    case applied
    /// Redis was no longer what the survey saw; nothing of this call was written.
    case moved(key: [UInt8])
    /// The same, after slices of a large plan were written: this much is as planned.
    case cut(key: [UInt8], written: PlanPart)
    /// An error came first: this much is as planned, of that nobody knows, and of the rest nothing was written.
    case interrupted(written: PlanPart = PlanPart(), unknown: PlanPart = PlanPart())

    /// - Parameter plan: all of which went in one script.
    init(_ outcome: WriteOutcome, of plan: EventPlan) {
        switch outcome {
        case .applied: self = .applied
        case .moved(let key): self = .moved(key: key)
        case .unknown: self = .interrupted(unknown: PlanPart(plan))
        case .unwritten: self = .interrupted()
        }
    }

    /// - Parameter creation: all of which went in one script.
    init(_ outcome: WriteOutcome, of creation: EventCreation, in table: SnapshotTable) {
        switch outcome {
        case .applied: self = .applied
        case .moved(let key): self = .moved(key: key)
        case .unknown:
            let part = creation.part(holds: creation.holds.indices, counts: creation.counts.indices, in: table)
            self = .interrupted(unknown: part)
        case .unwritten: self = .interrupted()
        }
    }
}

/// What became of a change that one script makes, whole or not at all.
package enum WriteOutcome: Sendable, Hashable {
    case applied
    /// Redis was no longer what was seen; nothing was written.
    case moved(key: [UInt8])
    /// It was sent, and an error came instead of the answer: written or not, the next look sees.
    case unknown
    /// An error came before it, and it was certainly not written.
    case unwritten

    init(_ failure: ScriptFailure) {
        self = failure.mayHaveRun ? .unknown : .unwritten
    }
}
