import HoldModel

/// Packs requests into script calls of bounded size, keys in the order asked.
struct SurveyPacking {
    /// What one call asks for.
    struct Slice {
        var categories = 0
        var tokens: [HoldToken] = []
    }

    private let keys: KeySpace
    private let limit: Int
    private(set) var slices: [Slice] = []
    private var inventoryKeys: [[UInt8]] = []
    private var calls: [ScriptCall] = []
    private var slice = Slice()

    init(keys: KeySpace, limit: Int) {
        self.keys = keys
        self.limit = limit
    }

    mutating func add(_ request: SurveyRequest) {
        let size = request.categories.count + request.tokens.count
        if slice.categories + slice.tokens.count + size > limit { closeCall() }
        // Holds before counts where they do not fit in one call: counts that are the same before and after then say
        // that nothing happened while the holds were read (design section 4).
        for token in request.tokens {
            if slice.categories + slice.tokens.count >= limit { closeCall() }
            slice.tokens.append(token)
        }
        for category in request.categories {
            if slice.categories + slice.tokens.count >= limit { closeCall() }
            inventoryKeys.append(keys.inventory(request.event, category))
            slice.categories += 1
        }
    }

    /// All calls; ``slices`` says what each of them asks for.
    mutating func finishedCalls() -> [ScriptCall] {
        closeCall()
        return calls
    }

    private mutating func closeCall() {
        guard slice.categories + slice.tokens.count > 0 else { return }
        var call = ScriptCall()
        call.addKey(keys.index)
        for key in inventoryKeys { call.addKey(key) }
        for token in slice.tokens { call.addKey(keys.holdPrefix, token.bytes) }
        call.addArgument(Int64(slice.categories))
        call.addArgument(Int64(keys.holdPrefix.count))
        calls.append(call)
        slices.append(slice)
        slice = Slice()
        inventoryKeys = []
    }
}
