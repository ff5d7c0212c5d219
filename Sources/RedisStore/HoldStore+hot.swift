package import HoldModel
import LuaScripts

extension HoldStore {
    /// Members of the index's tail that one look takes; a longer tail concludes nothing.
    private static let longestTail = 5000

    /// The highest score of the index, as Redis prints it; `-inf` where there is no member.
    package func highestScore() async throws -> [UInt8] {
        var command = RedisCommand("ZREVRANGE")
        command.append(keys.index)
        command.append("0")
        command.append("0")
        command.append("WITHSCORES")
        let words = try await connection.reply(to: command, "ZREVRANGE of the index").array ?? []
        return words.last?.bytes ?? Array("-inf".utf8)
    }

    /// Surveys one event and the tail of the index at one instant, in a transaction.
    ///
    /// - Parameter score: where the tail begins.
    /// - Returns: the tail as `nil` where it is longer than one look takes.
    package func hotSurvey(
        _ request: SurveyRequest, indexFrom score: [UInt8]
    ) async throws -> (survey: EventSurvey, tail: [HoldToken]?) {
        var packing = SurveyPacking(keys: keys, limit: .max)
        packing.add(request)
        let calls = packing.finishedCalls()
        var tail = RedisCommand("ZRANGEBYSCORE")
        tail.append(keys.index)
        tail.append(score)
        tail.append("+inf")
        tail.append("LIMIT")
        tail.append("0")
        tail.append(Int64(Self.longestTail))
        let replies = try await scripts.runAtOnce(.survey, calls, after: tail)
        var reading = SurveyReading()
        for (reply, slice) in zip(replies.dropFirst(), packing.slices) {
            guard reading.take(reply, categories: slice.categories, holds: slice.tokens) else {
                throw connection.unexpected("script survey")
            }
        }
        guard let members = replies.first?.array, let survey = reading.surveys(for: [request]).first else {
            throw connection.unexpected("ZRANGEBYSCORE of the index")
        }
        guard members.count < Self.longestTail else { return (survey, nil) }
        return (survey, members.compactMap { $0.bytes.map { HoldToken($0) } })
    }
}
