import HoldModel

/// Packs plans into calls of the apply script, several to a call while they fit. The script's header says the order of
/// the words.
struct ApplyPacking {
    private let keySpace: KeySpace
    private let owner: [UInt8]
    private let limit: Int
    private var payloads: PayloadWriter?
    private var packs: [ScriptPack] = []
    private var pack = ScriptPack()
    /// The words of the plans, which follow those of the call.
    private var arguments = WordBuffer()

    /// - Parameter limit: how many keys one call may touch; a larger plan gets a call of its own.
    init(_ keySpace: KeySpace, owner: [UInt8], limit: Int, form: HashForm) {
        self.keySpace = keySpace
        self.owner = owner
        self.limit = limit
        payloads = form == .payload ? PayloadWriter() : nil
    }

    mutating func add(_ plan: EventPlan) {
        begin(holds: plan.holds.count, inventories: plan.counts.count)
        arguments.append(RewrittenHold.metadata(of: plan.event.bytes.span))
        payloads?.begin(plan.event.bytes.span)
        for hold in plan.holds {
            pack.call.addKey(keySpace.holdPrefix, hold.token.bytes)
            hold.encode(into: &arguments, payloads: &payloads)
        }
        for change in plan.counts {
            pack.call.addKey(keySpace.inventory(plan.event, change.category))
            change.encode(into: &arguments, payloads: &payloads)
        }
    }

    mutating func addDeletion(of inventory: [UInt8], fence: [UInt8]) {
        begin(holds: 0, inventories: 1)
        arguments.append("" as StaticString)
        pack.call.addKey(inventory)
        arguments.append(fence)
        arguments.append("delete")
    }

    /// Returns all calls, in the order of their plans.
    mutating func finished() -> [ScriptPack] {
        close()
        return packs
    }

    /// Begins a plan, in a new call where it does not fit into the present one.
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
        pack.call.addArgument(payloads == nil ? "fields" : "payloads")
        pack.call.addArguments(arguments)
        packs.append(pack)
        pack = ScriptPack()
        arguments = WordBuffer()
    }
}
