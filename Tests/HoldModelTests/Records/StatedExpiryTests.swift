import Testing

@testable import HoldModel

/// When a hold ends, where its hash and its index member say different things. Times are seconds from noon.
@Suite struct StatedExpiryTests {
    static let noonSeconds = noon.milliseconds / 1000

    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let epoch: String?
        let instant: String?
        var score: String?
        /// Seconds, and until when its seats are kept; `nil` where nobody can tell.
        let settled: (Int64, end: Int64, mustBeWritten: Bool)?
    }

    private static func at(_ seconds: Int64) -> String { String(noonSeconds + seconds) }
    private static func milliseconds(_ seconds: Int64) -> String { at(seconds) + "000" }
    private static func words(_ seconds: Int64) -> String { noon.adding(seconds: seconds).iso8601 }

    static let cases = [
        Case(
            testDescription: "as the platform writes it", epoch: at(300), instant: words(300), score: at(300),
            settled: (300, 300, false)),
        Case(
            testDescription: "words that were rounded", epoch: at(300), instant: words(303), settled: (300, 300, false)),
        Case(testDescription: "no words", epoch: at(300), instant: nil, settled: (300, 300, false)),
        Case(
            testDescription: "words in local time", epoch: at(300), instant: "2026-05-01T14:05:00",
            settled: (300, 300, false)),
        Case(testDescription: "words that are none", epoch: at(300), instant: "soon", settled: (300, 300, false)),
        Case(
            testDescription: "hash in milliseconds, score in seconds", epoch: milliseconds(300), instant: words(300),
            score: at(300), settled: (300, 300, true)),
        Case(
            testDescription: "both in milliseconds", epoch: milliseconds(300), instant: words(300),
            score: milliseconds(300), settled: (300, 300, true)),
        Case(
            testDescription: "score in milliseconds", epoch: at(300), instant: words(300), score: milliseconds(300),
            settled: (300, 300, false)),
        Case(
            testDescription: "past, in milliseconds, and words that are ahead", epoch: milliseconds(-3600),
            instant: words(600), score: at(-3600), settled: (600, 600, true)),
        Case(
            testDescription: "past, in milliseconds, and no words", epoch: milliseconds(-3600), instant: nil,
            score: at(-3600), settled: (-3600, -3600, true)),
        Case(
            testDescription: "milliseconds and words that are behind", epoch: milliseconds(600), instant: words(-60),
            settled: (600, 600, true)),
        Case(testDescription: "a fraction", epoch: at(300) + ".5", instant: nil, settled: (301, 301, true)),
        Case(
            testDescription: "a fraction and words", epoch: at(300) + ".5", instant: words(300),
            settled: (301, 301, true)),
        Case(testDescription: "no number and words", epoch: "soon", instant: words(300), settled: (300, 300, true)),
        Case(
            testDescription: "no number and a score", epoch: "", instant: nil, score: at(300), settled: (300, 300, true)
        ),
        Case(
            testDescription: "below zero and words", epoch: "-5", instant: words(300), score: "-5",
            settled: (300, 300, true)),
        Case(testDescription: "zero and nothing else", epoch: "0", instant: nil, score: "0", settled: nil),
        Case(testDescription: "nothing", epoch: nil, instant: nil, settled: nil),
        Case(
            testDescription: "microseconds and nothing else", epoch: at(300) + "000000", instant: nil,
            score: at(300) + "000000", settled: nil),
        Case(testDescription: "the largest number", epoch: "9223372036854775807", instant: nil, settled: nil),
        Case(
            testDescription: "forty days ahead, and the words say so", epoch: at(40 * 86_400),
            instant: words(40 * 86_400), settled: (40 * 86_400, 40 * 86_400, false)),
        Case(testDescription: "forty days ahead, and no words", epoch: at(40 * 86_400), instant: nil, settled: nil),
        Case(
            testDescription: "forty days ahead, and other words", epoch: at(40 * 86_400), instant: words(300),
            settled: (300, 300, true)),
        Case(
            testDescription: "words that are forty days ahead", epoch: at(300), instant: words(40 * 86_400),
            score: at(300), settled: (300, 300, false)),
        Case(
            testDescription: "later words, and a score that says what the number says", epoch: at(-60),
            instant: words(600), score: at(-60), settled: (-60, 600, false)),
        Case(
            testDescription: "later words, and no such score", epoch: at(300), instant: words(900), score: at(900),
            settled: (900, 900, true)),
        Case(
            testDescription: "earlier words", epoch: at(300), instant: words(-900), score: at(1),
            settled: (300, 300, false)),
    ]

    @Test(arguments: cases) func isThatOfWhatCanBeBelieved(_ stated: Case) {
        let expiry = StatedExpiry(
            expiresAtEpoch: stated.epoch.map { Array($0.utf8) }, expiresAt: stated.instant.map { Array($0.utf8) })
        let settled = expiry.settled(score: stated.score.map { .score(Array($0.utf8)) } ?? .noMember, now: noon)
        let expected = stated.settled.map {
            StatedExpiry.Settled(
                seconds: Self.noonSeconds + $0.0, end: Self.noonSeconds + $0.end, mustBeWritten: $0.mustBeWritten)
        }
        #expect(settled == expected)
    }

    @Test func wordsAreReadAsTheyAreWritten() {
        for milliseconds in [0, 1, 951_782_400_000, 1_777_636_800_123, 4_107_542_399_999, -62_135_596_800_000]
            as [Int64]
        {
            let instant = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(iso8601: Array(instant.iso8601.utf8)) == instant)
        }
        for text in [
            "2026-05-01T14:00:00+02:00", "2026-05-01T07:00:00.000-0500", "2026-05-01T12:00:00Z",
            "2026-05-01 12:00:00.000000Z",
        ] {
            #expect(Timestamp(iso8601: Array(text.utf8)) == noon, "\(text)")
        }
        for text in [
            "", "2026-05-01", "2026-05-01T12:00:00", "2026-13-01T12:00:00Z", "2026-05-01T12:00:00.Z",
            "2026-05-01T12:00:00Zx", "+026-05-01T12:00:00Z",
        ] {
            #expect(Timestamp(iso8601: Array(text.utf8)) == nil, "\(text)")
        }
    }

    /// The first look takes no hold for right that a plan would date anew.
    @Test func isReadTheSameAtFirstSight() {
        for (seconds, isPlausible) in [(300, true), (30 * 86_400, true), (30 * 86_400 + 1, false)] as [(Int64, Bool)] {
            #expect(StatedExpiry.isPlausible(Self.noonSeconds + seconds, at: noon) == isPlausible)
        }
        #expect(!StatedExpiry.isPlausible(0, at: noon))
        #expect(!StatedExpiry.isPlausible(.max, at: Timestamp(milliseconds: .max)))
    }
}
