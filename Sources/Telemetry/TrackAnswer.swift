import FoundationEssentials

/// What the ingestion endpoint's answer means for the events of one request.
enum TrackAnswer: Sendable, Equatable {
    /// All events were accepted, but for those that it refused for good.
    case settled(refused: Int, reason: String?)
    /// The events at these positions are worth another try; those that it refused for good are counted.
    case retry(positions: [Int], refused: Int, reason: String, after: Duration?)

    /// Statuses of a request, or of one event in it, that are temporary.
    private static let passing: Set<Int> = [408, 429, 500, 502, 503, 504]

    /// - Parameters:
    ///   - retryAfter: the header `Retry-After`.
    ///   - body: JSON; read only where some of the events were accepted.
    ///   - count: how many events were in the request.
    init(status: Int, retryAfter: String?, body: Data, count: Int, now: Date = Date()) {
        let wait = retryAfter.flatMap { RetryAfter($0, now: now)?.duration }
        switch status {
        case 200: self = .settled(refused: 0, reason: nil)
        case 206: self = Self.partial(body, count, wait)
        case let status where Self.passing.contains(status):
            self = .retry(positions: Array(0..<count), refused: 0, reason: "it answered \(status)", after: wait)
        case 402, 439:
            self = .settled(refused: count, reason: "it answered \(status): its quota is used up")
        default:
            self = .settled(refused: count, reason: "it answered \(status)")
        }
    }

    private struct Receipt: Decodable {
        struct Failure: Decodable {
            let index: Int
            let statusCode: Int
        }

        let errors: [Failure]
    }

    private static func partial(_ body: Data, _ count: Int, _ wait: Duration?) -> TrackAnswer {
        let failures: [Receipt.Failure]
        do {
            failures = try JSONDecoder().decode(Receipt.self, from: body).errors
        } catch {
            // Nobody knows which events were accepted, and those would be counted twice if they were sent again.
            return .settled(refused: 0, reason: nil)
        }
        let ours = failures.filter { (0..<count).contains($0.index) }
        let positions = Set(ours.filter { passing.contains($0.statusCode) }.map(\.index)).sorted()
        let refused = ours.filter { !passing.contains($0.statusCode) }
        let reason = "it took a part in and answered \(ours.first?.statusCode ?? 206) for the rest"
        if positions.isEmpty { return .settled(refused: refused.count, reason: refused.isEmpty ? nil : reason) }
        return .retry(positions: positions, refused: refused.count, reason: reason, after: wait)
    }
}
