import HoldModel

/// Calls that are being packed, several plans to a call while they fit: what the scripts that take plans have in common.
struct OpenScriptPack {
    private let keySpace: KeySpace
    private let owner: [UInt8]
    private let limit: Int
    /// A word that some scripts take behind those that all take.
    private let form: StaticString?
    private var packs: [ScriptPack] = []
    private var pack = ScriptPack()
    /// Of the plans, behind the words of the call.
    var arguments = WordBuffer()

    /// - Parameter limit: keys that one call may touch; a plan of more goes alone.
    init(_ keySpace: KeySpace, owner: [UInt8], limit: Int, form: StaticString? = nil) {
        self.keySpace = keySpace
        self.owner = owner
        self.limit = limit
        self.form = form
    }

    /// Begins with a plan, in a call of its own where it does not fit behind those before.
    mutating func begin(holds: Int, inventories: Int) {
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

    mutating func addKey(of token: HoldToken) {
        pack.call.addKey(keySpace.holdPrefix, token.bytes)
    }

    mutating func addHoldKey(_ token: Span<UInt8>) {
        pack.call.addKey(keySpace.holdPrefix, token)
    }

    mutating func addInventoryKey(_ event: Span<UInt8>, _ category: Span<UInt8>) {
        pack.call.addKey(keySpace.inventoryPrefix, event, category)
    }

    mutating func addKey(_ inventory: [UInt8]) {
        pack.call.addKey(inventory)
    }

    mutating func addKey(of event: EventID, _ category: CategoryID) {
        pack.call.addKey(keySpace.inventory(event, category))
    }

    /// All calls, in the order of their plans.
    mutating func finished() -> [ScriptPack] {
        close()
        return packs
    }

    private mutating func close() {
        guard pack.parts > 0 else { return }
        pack.call.addArgument(owner)
        pack.call.addArgument(Int64(keySpace.holdPrefix.count))
        if let form { pack.call.addArgument(form) }
        pack.call.addArguments(arguments)
        packs.append(pack)
        pack = ScriptPack()
        arguments = WordBuffer()
    }
}
