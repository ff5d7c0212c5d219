import HoldModel

/// Packs the plain commands of a glance: `HMGET` of each hold and each category, and the scores of an event's members.
struct GlancePacking {
    /// How many members or keys one command names.
    static let wordsAtOnce = 100

    private static let counts = WordBuffer("total", "sold", "pending", "available", "version")
    private static let hold = WordBuffer("status", "expiresAtEpoch", "entries")
    private static let version = WordBuffer("version")
    /// How many values a hold's reply has.
    static let holdFields = 3

    private let keys: KeySpace
    private let scope: GlanceScope
    private let fields = WordBuffer("HMGET")
    private let scores: WordBuffer
    private(set) var sequences: [CommandSequence] = []

    init(keys: KeySpace, scope: GlanceScope = .itself) {
        self.keys = keys
        self.scope = scope
        var scores = WordBuffer("ZMSCORE")
        scores.append(keys.index)
        self.scores = scores
    }

    /// Adds the keys of a request. Holds come before counts, so that a change in between shows in the counts.
    mutating func add(_ request: SurveyRequest) {
        for token in request.tokens { addHold(token.bytes.span) }
        if scope == .itself { addScores(of: request.tokens) }
        for category in request.categories {
            addCounts(request.event.bytes.span, category.bytes.span)
        }
    }

    /// Adds the keys of the orders and the categories of an event.
    mutating func add(_ event: Int, of table: SnapshotTable) {
        let row = table.events[event]
        let bytes = table.bytes.span
        for order in row.orders { addHold(bytes.extracting(table.orders[order].token.range)) }
        if scope == .itself { addScores(of: row.orders, in: table) }
        addCounts(of: event, of: table)
    }

    /// Asks for the counts of each inventory of an event.
    mutating func addCounts(of event: Int, of table: SnapshotTable) {
        let row = table.events[event]
        let bytes = table.bytes.span
        for category in row.categories {
            let id = bytes.extracting(table.categories[category].id.range)
            addCounts(bytes.extracting(row.id.range), id)
        }
    }

    /// Asks for the scores of members, some at a time.
    mutating func addScores(of tokens: [HoldToken]) {
        for start in stride(from: 0, to: tokens.count, by: Self.wordsAtOnce) {
            var command = scores
            for token in tokens[start..<min(start + Self.wordsAtOnce, tokens.count)] { command.append(token.bytes) }
            sequences[openSequence()].append(command)
        }
    }

    private mutating func addScores(of orders: Range<Int>, in table: SnapshotTable) {
        for start in stride(from: orders.lowerBound, to: orders.upperBound, by: Self.wordsAtOnce) {
            var command = scores
            for order in start..<min(start + Self.wordsAtOnce, orders.upperBound) {
                command.append(table.bytes.span.extracting(table.orders[order].token.range))
            }
            sequences[openSequence()].append(command)
        }
    }

    /// Asks how many of the keys are there, some at a time.
    mutating func addExistence(of keys: [[UInt8]]) {
        for start in stride(from: 0, to: keys.count, by: Self.wordsAtOnce) {
            var command = WordBuffer("EXISTS")
            for key in keys[start..<min(start + Self.wordsAtOnce, keys.count)] { command.append(key) }
            sequences[openSequence()].append(command)
        }
    }

    mutating func addVersion(_ event: Span<UInt8>, _ category: Span<UInt8>) {
        sequences[openSequence()].append(fields, keys.inventoryPrefix, event, category, Self.version)
    }

    mutating func addHold(_ token: Span<UInt8>) {
        sequences[openSequence()].append(fields, keys.holdPrefix, token, Self.hold)
    }

    private mutating func addCounts(_ event: Span<UInt8>, _ category: Span<UInt8>) {
        sequences[openSequence()].append(fields, keys.inventoryPrefix, event, category, Self.counts)
    }

    /// Returns the index of the sequence for the next command.
    private mutating func openSequence() -> Int {
        if sequences.last?.isFull ?? true { sequences.append(CommandSequence()) }
        return sequences.count - 1
    }
}
