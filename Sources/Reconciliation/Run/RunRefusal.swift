import HoldModel

/// The reason why a run does not start, or stops before it writes.
package enum RunRefusal: Error, Sendable {
    /// There is nothing to look at (design section 6.8); the text says what to check.
    case nothingToLookAt(String)
    /// Redis is no longer the server that the run began with; the text says what happened.
    case anotherServer(String)
    /// The index is no sorted set, and another shard has to remove it.
    case anothersIndex(type: String, shards: Int)
    /// A purge would close holds whose buyers are at checkout; these are their names.
    case holdsInUse(orders: [String], holds: [String])
    /// A plan or a journal is not for this run, or cannot be used; the text says why.
    case otherFile(String)
    /// A purge would find more or fewer index members than was said.
    case otherMembers(found: Int, expected: Int)
}

extension RunRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nothingToLookAt(let reason), .otherFile(let reason): return reason
        case .anotherServer(let change):
            return
                "\(change) while the run was under way; it wrote nothing more, and what is there of what it wrote is right: run again"
        case .anothersIndex(let type, let shards):
            return
                "the index is a \(type), not a sorted set, and another of the \(shards) shards removes it; nothing was written: "
                + "run this one again after that"
        case .otherMembers(let found, let expected):
            return
                "the index has \(found) members, and --expect said \(expected); nothing was written: check --redis and "
                + "--key-prefix, and give --expect \(found) if these are to go"
        case .holdsInUse(let orders, let holds):
            let found = [
                orders.isEmpty ? nil : "open orders: \(orders.joined(separator: ", "))",
                holds.isEmpty ? nil : "claimed or committed holds: \(holds.joined(separator: ", "))",
            ]
            return "refused to purge, since buyers are at checkout; " + found.compactMap(\.self).joined(separator: "; ")
                + "; wait for them (rebuild --holds rebuild ends those that never will), or give --force to purge all the same"
        }
    }
}
