import HoldModel

/// What became of an event that goes in slices, and the error that ended it.
struct Sliced {
    var outcome: ApplyOutcome
    var failure: (any Error)?
}

/// The slices of one event by what became of them.
struct SliceProgress {
    enum Slice {
        case plan(EventPlan)
        /// Holds that are created, by their places among the event's.
        case holds(Range<Int>)
    }

    private var hasWritten = false
    private var written: [Slice] = []
    private var unknown: [Slice] = []
    private var movedKey: [UInt8]?
    private var failure: (any Error)?

    /// A slice that found Redis changed, or an error, ends the event.
    var mustEnd: Bool { movedKey != nil || failure != nil }

    /// - Parameter isFinal: whether what the slice wrote is what is planned, not only what comes first.
    mutating func take(_ slice: Slice, _ outcome: WriteOutcome, isFinal: Bool = true) {
        switch outcome {
        case .moved(let key): movedKey = movedKey ?? key
        case .applied:
            hasWritten = true
            if isFinal { written.append(slice) } else { unknown.append(slice) }
        case .unknown: unknown.append(slice)
        case .unwritten: break
        }
    }

    mutating func fail(_ error: any Error) {
        failure = failure ?? error
    }

    /// - Parameter tokens: of holds, by their places.
    func result(_ tokens: (Range<Int>) -> [HoldToken] = { _ in [] }) -> Sliced {
        func part(_ slices: [Slice]) -> PlanPart {
            slices.reduce(into: PlanPart()) { part, slice in
                switch slice {
                case .plan(let plan): part.formUnion(PlanPart(plan))
                case .holds(let places): part.holds.formUnion(tokens(places))
                }
            }
        }
        if let failure {
            return Sliced(outcome: .interrupted(written: part(written), unknown: part(unknown)), failure: failure)
        }
        guard let movedKey else { return Sliced(outcome: .applied) }
        return Sliced(outcome: hasWritten ? .cut(key: movedKey, written: part(written)) : .moved(key: movedKey))
    }
}
