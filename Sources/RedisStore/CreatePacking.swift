import HoldModel

/// Packs plans that create all they touch into calls of the create script; its header says how the words lie.
struct CreatePacking {
    private var payloads = PayloadWriter()
    private var open: OpenScriptPack

    /// - Parameter limit: keys that one call may touch; a plan of more goes alone.
    init(_ keySpace: KeySpace, owner: [UInt8], limit: Int) {
        open = OpenScriptPack(keySpace, owner: owner, limit: limit)
    }

    /// - Parameter plan: one that ``HoldModel/EventPlan/creates``.
    mutating func add(_ plan: EventPlan) {
        let isIndexed = plan.holds.allSatisfy { $0.index == .keep }
        open.begin(holds: plan.holds.count, inventories: plan.counts.count)
        open.arguments.append(isIndexed ? "indexed" : "members")
        payloads.begin(plan.event)
        for hold in plan.holds {
            guard case .replace(let written) = hold.hash else { continue }
            open.addKey(of: hold.token)
            payloads.write(written)
            open.arguments.append(written.keyExpiresAt)
            open.arguments.append(payloads.bytes)
            if isIndexed { continue }
            if case .score(let seconds) = hold.index {
                open.arguments.append(seconds)
            } else {
                open.arguments.append("keep")
            }
        }
        for change in plan.counts {
            open.addKey(of: plan.event, change.category)
            payloads.write(change.counts, version: change.version)
            open.arguments.append(payloads.bytes)
        }
    }

    /// All calls, in the order of their plans.
    mutating func finished() -> [ScriptPack] {
        open.finished()
    }
}

extension EventPlan {
    /// Whether all that the plan does is to write hashes where there was no key.
    ///
    /// A token may be the index's own name; its key is never a hold's. A hash with a long value is kept in fields.
    var creates: Bool {
        guard keyCount > 0 else { return false }
        return counts.allSatisfy { $0.fence == InventoryState.absent.fence }
            && holds.allSatisfy { hold in
                guard hold.isNew, hold.index != .remove, case .replace(let written) = hold.hash else { return false }
                return written.fitsPayload && !KeySpace.isIndexName(hold.token)
            }
    }
}
