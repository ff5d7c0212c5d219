package import HoldModel

/// What is asked of Redis for one event.
package struct SurveyRequest: Sendable {
    package let event: EventID
    package let categories: [CategoryID]
    /// Every token that SQL or the census knows for the event, each once.
    package let tokens: [HoldToken]

    package init(event: EventID, categories: [CategoryID], tokens: [HoldToken]) {
        self.event = event
        self.categories = categories
        self.tokens = tokens
    }

    /// What must be asked of Redis beside what SQL has said.
    ///
    /// - Parameter tokens: what the census knows. Each token is asked for once, also where several orders name it: a hold's
    ///   seats count once.
    package init(beside snapshot: EventSnapshot, tokens: [HoldToken]) {
        var seen = Set<HoldToken>(minimumCapacity: snapshot.orders.count + tokens.count)
        var all: [HoldToken] = []
        all.reserveCapacity(snapshot.orders.count + tokens.count)
        for order in snapshot.orders where !order.token.bytes.isEmpty && seen.insert(order.token).inserted {
            all.append(order.token)
        }
        for token in tokens where seen.insert(token).inserted { all.append(token) }
        self.init(event: snapshot.event, categories: snapshot.categories.map(\.id), tokens: all)
    }

    /// Keys that the answer is read from, without the index.
    package var keyCount: Int { categories.count + tokens.count }
}

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
