package import HoldModel

/// What became of one attempt to write a plan.
package enum ApplyOutcome: Sendable, Hashable {
    case applied
    /// Redis was no longer what the survey saw; this call has written nothing.
    case moved(key: [UInt8])
    /// Redis had changed after some slices of a large plan were written; ``PlanPart`` says which changes were.
    case cut(key: [UInt8], written: PlanPart)
    /// An error ended the attempt: one part was written, of another nobody knows, and of the rest nothing was written.
    case interrupted(written: PlanPart = PlanPart(), unknown: PlanPart = PlanPart())

    /// - Parameter plan: a plan that one script writes whole.
    init(_ outcome: WriteOutcome, of plan: EventPlan) {
        switch outcome {
        case .applied: self = .applied
        case .moved(let key): self = .moved(key: key)
        case .unknown: self = .interrupted(unknown: PlanPart(plan))
        case .unwritten: self = .interrupted()
        }
    }

    /// - Parameter creation: a creation that one script writes whole.
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

/// What became of a change that one script makes whole or not at all.
package enum WriteOutcome: Sendable, Hashable {
    case applied
    /// Redis was no longer what was seen; nothing was written.
    case moved(key: [UInt8])
    /// It was sent, and an error came instead of the answer. The next look sees whether it was written.
    case unknown
    /// An error came, and it was certainly not written.
    case unwritten

    init(_ failure: ScriptFailure) {
        self = failure.mayHaveRun ? .unknown : .unwritten
    }
}
