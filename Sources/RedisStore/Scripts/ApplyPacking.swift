import HoldModel

/// Packs plans into calls of the apply script; its header says how the words lie.
struct ApplyPacking {
    private var payloads: PayloadWriter?
    private var open: OpenScriptPack

    /// - Parameter limit: keys that one call may touch; a plan of more goes alone.
    init(_ keySpace: KeySpace, owner: [UInt8], limit: Int, form: HashForm) {
        payloads = form == .payload ? PayloadWriter() : nil
        open = OpenScriptPack(
            keySpace, owner: owner, limit: limit, form: form == .payload ? "payloads" : "fields")
    }

    mutating func add(_ plan: EventPlan) {
        open.begin(holds: plan.holds.count, inventories: plan.counts.count)
        open.arguments.append(RewrittenHold.metadata(of: plan.event.bytes.span))
        payloads?.begin(plan.event.bytes.span)
        for hold in plan.holds {
            open.addKey(of: hold.token)
            hold.encode(into: &open.arguments, payloads: &payloads)
        }
        for change in plan.counts {
            open.addKey(of: plan.event, change.category)
            change.encode(into: &open.arguments, payloads: &payloads)
        }
    }

    mutating func addDeletion(of inventory: [UInt8], fence: [UInt8]) {
        open.begin(holds: 0, inventories: 1)
        open.arguments.append("" as StaticString)
        open.addKey(inventory)
        open.arguments.append(fence)
        open.arguments.append("delete")
    }

    /// All calls, in the order of their plans.
    mutating func finished() -> [ScriptPack] {
        open.finished()
    }
}
