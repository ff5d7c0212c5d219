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
        payloads.begin(plan.event.bytes.span)
        for hold in plan.holds {
            guard case .replace(let written) = hold.hash else { continue }
            open.addKey(of: hold.token)
            payloads.write(written)
            open.arguments.append(written.terms.keyExpiresAt)
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

    /// - Parameters:
    ///   - creation: one that ``HoldModel/EventCreation/fitsPayload(_:)``.
    ///   - areIndexed: whether the members of its holds are there already.
    mutating func add(_ creation: EventCreation, of table: SnapshotTable, areIndexed: Bool) {
        let row = table.events[creation.event]
        let bytes = table.bytes.span
        payloads.begin(creation.event, of: table)
        open.begin(holds: creation.holds.count, inventories: creation.counts.count)
        open.arguments.append(areIndexed ? "indexed" : "members")
        for hold in creation.holds {
            payloads.write(hold, of: table)
            open.addHoldKey(bytes.extracting(table.orders[hold.order].token.range))
            open.arguments.append(hold.terms.keyExpiresAt)
            open.arguments.append(payloads.bytes)
            if !areIndexed { open.arguments.append(hold.terms.expiresAtEpoch) }
        }
        for (place, counts) in zip(row.categories, creation.counts) {
            open.addInventoryKey(
                bytes.extracting(row.id.range), bytes.extracting(table.categories[place].id.range))
            payloads.write(counts, version: 1)
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

extension EventCreation {
    /// Whether all of its hashes are small enough for payloads; else they are better kept in fields.
    func fitsPayload(_ table: SnapshotTable) -> Bool {
        let row = table.events[event]
        let longest = row.categories.reduce(0) { max($0, table.categories[$1].id.range.count) }
        let line = 48 + row.id.range.count + longest
        return holds.allSatisfy { hold in
            let lines = table.orders[hold.order].isOfOneLine ? 1 : table.sortedLines(of: table.orders[hold.order]).count
            return 2 + lines * line < PayloadWriter.greatestEntries
        }
    }
}
