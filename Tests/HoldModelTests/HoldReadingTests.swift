import FoundationEssentials
import HoldModel
import TestRandom
import Testing

/// A hold hash's fields, as they come: whole, zombie or malformed.
@Suite struct HoldReadingTests {
    static let entries = #"[{"eventId":"gala","categoryId":"stalls","quantity":2}]"#

    func state(status: String? = "held", expiry: String? = "1777637100", entries: String? = entries) -> HoldState {
        HoldState(
            status: status.map { Array($0.utf8) }, expiresAtEpoch: expiry.map { Array($0.utf8) },
            entries: entries.map { Array($0.utf8) })
    }

    @Test func aWholeHashIsAHold() {
        #expect(state() == .whole(Hold(status: .held, expiresAtEpoch: 1_777_637_100, event: gala, lines: seats(2))))
    }

    @Test func aHashWithoutEntriesIsAZombie() {
        #expect(state(status: "checkout_committed", expiry: nil, entries: nil) == .zombie)
    }

    @Test(arguments: [nil, "", "HELD", "paused", "held "] as [String?])
    func anUnknownStatusIsMalformed(_ status: String?) {
        guard case .malformed = state(status: status) else {
            Issue.record("it was taken")
            return
        }
    }

    @Test(arguments: [nil, "", "two", "1.5", "99999999999999999999", " 7"] as [String?])
    func anExpiryThatIsNoIntegerIsMalformed(_ expiry: String?) {
        guard case .malformed = state(expiry: expiry) else {
            Issue.record("it was taken")
            return
        }
    }

    @Test(arguments: [
        "", "[]", "{}", "null", "7", #"[{"eventId":"gala","categoryId":"stalls","quan"#,
        #"{"eventId":"gala","categoryId":"stalls","quantity":2}"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":-2}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":0}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":1.5}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":"2"}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":9007199254740993}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":99999999999999999999}]"#,
        #"[{"eventId":"gala","categoryId":7,"quantity":2}]"#,
        #"[{"eventId":"gala","quantity":2}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2},{"eventId":"other","categoryId":"b","quantity":1}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":1,"quantity":9}]"#,
        #"[{"quantity":1,"eventId":"gala","categoryId":"stalls","quantit\u0079":9}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2},]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2 , }]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2,"note":"\ud800"}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2,"note":"\udc00\ud83c"}]"#,
        "\u{FEFF}" + entries, entries.map { "\($0)\0" }.joined(), entries + "x",
    ])
    func entriesThatAreNoSeatsAreMalformed(_ entries: String) {
        guard case .malformed = state(entries: entries) else {
            Issue.record("they were taken")
            return
        }
    }

    @Test func nothingOfAnEndedHoldCanBeWrong() {
        for status in [HoldStatus.finalized, .expired, .cancelled] {
            let ended = state(status: status.rawValue, expiry: "never", entries: "{")
            #expect(ended == .whole(Hold(status: status, expiresAtEpoch: 0, event: EventID(""), lines: [])))
        }
    }

    @Test(arguments: [
        #" [ { "quantity" : 2, "categoryId" : "stalls", "eventId" : "gala" } ] "#,
        #"[{"eventId":"gal\u0061","categoryId":"stalls","quantity":2}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2,"seatMap":[1,2]}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2,"note":"\ud83c\udfab,]","é":["}",{}]}]"#,
        #"[{"a":"\"a\":","b":{"a":1,"quantity":7},"eventId":"gala","categoryId":"stalls","quantity":2,"c":["a","a"]}]"#,
    ])
    func otherSpellingsOfJSONMeanTheSame(_ entries: String) throws {
        let read = try HoldEntries(json: Array(entries.utf8))
        #expect(read.event == gala)
        #expect(read.lines == seats(2))
    }

    @Test func theQuickReaderAgreesWithADecoderOnAnyText() throws {
        var random = SeededRandom(named: "entries")
        let texts = ["gala", "a:b", "it's", "a\"b", "new\nline", "💺", "back\\slash", "é", "", "\u{7F}"]
        for _ in 0..<2000 {
            let event = texts.randomElement(using: &random) ?? ""
            let expected = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                Entry(
                    eventId: event, categoryId: texts.randomElement(using: &random) ?? "",
                    quantity: Int64.random(in: 1...99, using: &random))
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = Bool.random(using: &random) ? [.withoutEscapingSlashes] : [.prettyPrinted]
            let read = try HoldEntries(json: Array(encoder.encode(expected)))
            #expect(read.event == EventID(event))
            #expect(
                read.lines == expected.map { SeatLine(category: CategoryID($0.categoryId), quantity: $0.quantity) },
                "seed \(random.seed)")
        }
    }

    private struct Entry: Encodable {
        let eventId: String
        let categoryId: String
        let quantity: Int64
    }
}
