import Foundation
import Testing

@testable import Telemetry

/// What an answer of the ingestion endpoint is taken for.
@Suite("an answer to a track request") struct TrackAnswerTests {
    static let now = Date(timeIntervalSince1970: 784_111_777)

    func answer(_ status: Int, retryAfter: String? = nil, _ body: String = "") -> TrackAnswer {
        TrackAnswer(status: status, retryAfter: retryAfter, body: Data(body.utf8), count: 2, now: Self.now)
    }

    @Test func ofSuccessSettlesAll() {
        #expect(answer(200) == .settled(refused: 0, reason: nil))
    }

    @Test(arguments: [408, 429, 500, 502, 503, 504]) func thatPassesIsWorthAnotherTry(_ status: Int) {
        #expect(
            answer(status)
                == .retry(positions: [0, 1], refused: 0, reason: "it answered \(status)", after: nil))
    }

    @Test(arguments: [400, 401, 402, 403, 404, 413, 439, 301]) func ofAnyOtherStatusRefusesAll(_ status: Int) {
        guard case .settled(2, _?) = answer(status) else {
            Issue.record("\(answer(status))")
            return
        }
    }

    /// The date is ten seconds after the test's now.
    @Test(arguments: [
        ("30", 30.0), ("0", 0), ("Sun, 06 Nov 1994 08:49:47 GMT", 10), ("Sun, 06 Nov 1994 08:49:07 GMT", 0),
    ])
    func waitsAsItIsTold(_ header: String, _ seconds: Double) {
        guard case .retry(_, _, _, let after) = answer(429, retryAfter: header) else {
            Issue.record("no retry")
            return
        }
        #expect(after == .seconds(seconds))
    }

    @Test(arguments: ["soon", "-1", "Sun, 06 Now 1994 08:49:47 GMT", "1994-11-06T08:49:47Z", ""])
    func ignoresAHeaderThatIsNeither(_ header: String) {
        #expect(RetryAfter(header, now: Self.now)?.duration == nil)
    }

    @Test func ofAPartWithoutItsErrorsIsNotSentTwice() {
        #expect(answer(206, "garbage") == .settled(refused: 0, reason: nil))
        #expect(answer(206, #"{"errors": []}"#) == .settled(refused: 0, reason: nil))
    }

    @Test func pausesDoubleUpToALimit() {
        var backoff = Backoff()
        let pauses = (0..<12).map { _ in backoff.next(random: 1) }
        #expect(pauses.prefix(3) == [.milliseconds(200), .milliseconds(400), .milliseconds(800)])
        #expect(pauses.last == .seconds(60))
        var other = Backoff()
        #expect(other.next(random: 0) == .milliseconds(100))
    }
}
