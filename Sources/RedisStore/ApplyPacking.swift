import HoldModel

/// Packs plans into calls of the apply script, several to a call while they fit; its header says how the words lie.
struct ApplyPacking {
    struct Pack {
        var call = ScriptCall()
        /// Plans in the call: the reply has an outcome for each.
        var parts = 0
        /// Keys of all of them.
        var keys = 0
    }

    private let keySpace: KeySpace
    private let owner: [UInt8]
    private let limit: Int
    private let form: HashForm
    private var packs: [Pack] = []
    private var pack = Pack()
    private var arguments = WordBuffer()

    /// - Parameter limit: keys that one call may touch; a plan of more goes alone.
    init(_ keySpace: KeySpace, owner: [UInt8], limit: Int, form: HashForm) {
        self.form = form
        self.keySpace = keySpace
        self.owner = owner
        self.limit = limit
    }

    mutating func add(_ plan: EventPlan) {
        begin(holds: plan.holds.count, inventories: plan.counts.count)
        let metadata = RewrittenHold.metadata(of: plan.event)
        arguments.append(metadata)
        for hold in plan.holds {
            pack.call.addKey(keySpace.holdPrefix, hold.token.bytes)
            hold.encode(into: &arguments, form: form, metadata: metadata)
        }
        for change in plan.counts {
            pack.call.addKey(keySpace.inventory(plan.event, change.category))
            change.encode(into: &arguments, form: form)
        }
    }

    mutating func addDeletion(of inventory: [UInt8], fence: [UInt8]) {
        begin(holds: 0, inventories: 1)
        arguments.append("" as StaticString)
        pack.call.addKey(inventory)
        arguments.append(fence)
        arguments.append("delete")
    }

    /// All calls, in the order of their plans.
    mutating func finished() -> [Pack] {
        close()
        return packs
    }

    private mutating func begin(holds: Int, inventories: Int) {
        if pack.keys + holds + inventories > limit { close() }
        if pack.parts == 0 {
            pack.call.addKey(keySpace.lease)
            pack.call.addKey(keySpace.index)
        }
        pack.parts += 1
        pack.keys += holds + inventories
        arguments.append(Int64(holds))
        arguments.append(Int64(inventories))
    }

    private mutating func close() {
        guard pack.parts > 0 else { return }
        pack.call.addArgument(owner)
        pack.call.addArgument(Int64(keySpace.holdPrefix.count))
        pack.call.addArgument(form == .payload ? "payloads" : "fields")
        pack.call.addArguments(arguments)
        packs.append(pack)
        pack = Pack()
        arguments = WordBuffer()
    }
}
