import HoldModel

/// The reason why a run may not write (design section 4).
package enum LeaseLoss: Error, Sendable, Hashable {
    /// Another run holds the lease, or held it when this one tried; the name is empty where nobody holds it any more.
    case taken(by: String)
    /// The lease ended while this run was held up; another run may have written since.
    case ranOut
}

extension LeaseLoss: CustomStringConvertible {
    package var description: String {
        switch self {
        case .taken(let owner) where !owner.isEmpty:
            "another run holds the lease (\(printable(Array(owner.utf8)))); nothing more was written by this one: "
                + "run again when that one has ended"
        case .taken, .ranOut:
            "the lease of this run is gone: it was held up for longer than that lasts, or Redis was flushed or has evicted "
                + "it; nothing more was written: run again"
        }
    }
}
