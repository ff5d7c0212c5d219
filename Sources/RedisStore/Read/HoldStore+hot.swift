package import HoldModel
import LuaScripts

extension HoldStore {
    /// The longest tail of the index that one look reads; with a longer one it concludes nothing.
    private static let longestTail = 5000

    /// How many members an index may have so that a look reads all of it.
    package static let shortIndex = 2000

    /// Returns the score at which the tail of the index begins: each hold that is acquired from now on has this score
    /// or more.
    ///
    /// The highest score of the index will not do, since an extended hold may have a higher one than every new hold. So
    /// the tail begins no higher than a new hold's score. A short index is all tail, however short a hold's life is.
    ///
    /// - Parameters:
    ///   - now: Redis' clock, read before.
    ///   - life: how many seconds new holds live.
    ///   - skew: how far the platform's clock may be behind.
    ///   - short: how many members a short index has at the most.
    package func watermark(
        now: Timestamp, life: Int64, skew: Duration, shortIndex short: Int = shortIndex
    ) async throws -> [UInt8] {
        var highest = RedisCommand("ZREVRANGE")
        highest.append(keys.index)
        for word in ["0", "0", "WITHSCORES"] { highest.append(word) }
        // If there is a member after the first ones, the index is not short.
        var further = RedisCommand("ZREVRANGE")
        further.append(keys.index)
        for _ in 1...2 { further.append(Int64(short)) }
        let replies = try await connection.replies(to: [highest, further])
        for case .error(let message) in replies { throw connection.refused("ZREVRANGE of the index", message) }
        guard replies.count == 2, let top = replies[0].array, let more = replies[1].array else {
            throw connection.unexpected("ZREVRANGE of the index")
        }
        let all = Array("-inf".utf8)
        guard !more.isEmpty, let printed = top.last?.text, let score = Double(printed) else { return all }
        let newest = now.adding(seconds: life - skew.components.seconds - 1).milliseconds / 1000
        return Array((Double(newest) < score ? String(newest) : printed).utf8)
    }

    /// Surveys one event and the tail of the index at one instant, in a transaction.
    ///
    /// - Parameter score: the score at which the tail begins.
    /// - Returns: the survey and the tail; the tail is `nil` where it is longer than one look reads.
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
            guard reading.take(reply, categories: slice.categories, holds: slice.tokens) != nil else {
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
