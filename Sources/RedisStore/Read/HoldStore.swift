package import HoldModel
import LuaScripts

/// The reading side of Redis, which cannot write. `check` is given nothing else (design section 6.1).
package struct HoldStore: Sendable {
    package let keys: KeySpace
    let connection: RedisConnection
    let scripts: ScriptRunner
    let plainReads = PlainReads()
    let budget: ScriptBudget

    /// - Parameter budget: how many keys one script may read.
    package init(
        _ connection: RedisConnection, _ scripts: ScriptRunner, keys: KeySpace,
        budget: ScriptBudget = .looking(.milliseconds(2))
    ) {
        self.budget = budget
        self.connection = connection
        self.scripts = scripts
        self.keys = keys
    }

    /// Reads Redis' own clock; `nil` where the user may not.
    package func ownTime() async throws -> Timestamp? {
        try await connection.ownTime()
    }

    /// Reads Redis' clock, or this machine's where the user may not.
    package func time() async throws -> Timestamp {
        try await connection.time()
    }

    /// Surveys events: reads the hashes of each one's categories and tokens, in the order of the request.
    ///
    /// An event that fits in one script is read at one instant; several small ones share a script.
    package func survey(_ requests: [SurveyRequest]) async throws -> [EventSurvey] {
        var packing = SurveyPacking(keys: keys, limit: budget.keys)
        for request in requests { packing.add(request) }
        let replies = try await scripts.run(.survey, packing.finishedCalls())
        var reading = SurveyReading()
        for (reply, slice) in zip(replies, packing.slices) {
            guard let took = reading.take(reply, categories: slice.categories, holds: slice.tokens) else {
                throw connection.unexpected("script survey")
            }
            budget.observe(keys: slice.categories + slice.tokens.count, took: took)
        }
        return reading.surveys(for: requests)
    }

    /// Finds the event that each token belongs to, by its hash.
    package func places(of tokens: [HoldToken]) async throws -> [HoldPlace] {
        var calls: [ScriptCall] = []
        let limit = budget.keys
        for start in stride(from: 0, to: tokens.count, by: limit) {
            var call = ScriptCall()
            for token in tokens[start..<min(start + limit, tokens.count)] {
                call.addKey(keys.holdPrefix, token.bytes)
            }
            calls.append(call)
        }
        var places: [HoldPlace] = []
        places.reserveCapacity(tokens.count)
        for reply in try await scripts.run(.census, calls) {
            guard let words = reply.array, words.count % 3 == 0 else { throw connection.unexpected("script census") }
            for at in stride(from: 0, to: words.count, by: 3) {
                places.append(
                    HoldPlace(kind: words[at].integer, text: words[at + 1].bytes, metadata: words[at + 2].bytes))
            }
        }
        guard places.count == tokens.count else { throw connection.unexpected("script census") }
        return places
    }
}

extension HoldStore {
    /// Reads inventory hashes by their whole keys, for keys whose ids are not known.
    package func inventory(at keys: [[UInt8]]) async throws -> [InventoryState] {
        var calls: [ScriptCall] = []
        var counts: [Int] = []
        let limit = budget.keys
        for start in stride(from: 0, to: keys.count, by: limit) {
            let slice = keys[start..<min(start + limit, keys.count)]
            var call = ScriptCall()
            call.addKey(self.keys.index)
            for key in slice { call.addKey(key) }
            call.addArgument(Int64(slice.count))
            call.addArgument(Int64(self.keys.holdPrefix.count))
            calls.append(call)
            counts.append(slice.count)
        }
        var reading = SurveyReading()
        for (reply, count) in zip(try await scripts.run(.survey, calls), counts) {
            guard reading.take(reply, categories: count, holds: []) != nil else {
                throw connection.unexpected("script survey")
            }
        }
        return reading.inventory
    }
}
