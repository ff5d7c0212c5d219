import HoldModel

/// Asks for events with plain commands: `HMGET` of each hold and each category, and the scores of an event's members.
struct GlancePacking {
    /// Members or keys that one command names.
    static let wordsAtOnce = 100

    private static let counts = WordBuffer("total", "sold", "pending", "available", "version")
    private static let hold = WordBuffer("status", "expiresAtEpoch", "entries")
    private static let wholeHold = WordBuffer("status", "expiresAtEpoch", "entries", "metadata")

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

    /// Holds come before counts, as in a survey of slices: what happens in between then shows in the counts.
    mutating func add(_ request: SurveyRequest) {
        let wanted = scope == .itself ? Self.hold : Self.wholeHold
        for token in request.tokens {
            sequences[openSequence()].append(fields, key: (keys.holdPrefix, token.bytes), wanted)
        }
        for start in stride(from: 0, to: request.tokens.count, by: Self.wordsAtOnce) {
            var command = scores
            for token in request.tokens[start..<min(start + Self.wordsAtOnce, request.tokens.count)] {
                command.append(token.bytes)
            }
            sequences[openSequence()].append(command)
        }
        for category in request.categories {
            sequences[openSequence()].append(fields, key: (keys.inventory(request.event, category), []), Self.counts)
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

    /// Where the next command goes.
    private mutating func openSequence() -> Int {
        if sequences.last?.isFull ?? true { sequences.append(CommandSequence()) }
        return sequences.count - 1
    }
}
