import HoldModel

/// Packs requests into script calls of bounded size, with keys in the order of the requests.
struct SurveyPacking {
    /// The part of the requests that one call reads.
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
        for part in request.slices(atMost: limit) {
            if slice.categories + slice.tokens.count + part.keyCount > limit { closeCall() }
            slice.tokens += part.tokens
            for category in part.categories { inventoryKeys.append(keys.inventory(request.event, category)) }
            slice.categories += part.categories.count
        }
    }

    /// Returns all calls; ``slices`` says what each of them reads.
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
