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

    @Test func aHashWithoutAHoldsFieldsIsForeign() {
        for (status, entries) in [(nil, nil), ("running", nil), (nil, "12"), (nil, "{}"), (nil, "")] {
            guard case .foreign = state(status: status, expiry: nil, entries: entries) else {
                Issue.record("\(status ?? "-") \(entries ?? "-") was taken for a hold")
                continue
            }
        }
        for (status, expiry, entries) in [
            (nil, "1", nil), ("cancelled", nil, nil), (nil, nil, " [x"), ("running", nil, "12"), (nil, "1", "x"),
        ] as [(String?, String?, String?)] {
            if case .foreign = state(status: status, expiry: expiry, entries: entries) {
                Issue.record("\(status ?? "-") \(expiry ?? "-") \(entries ?? "-") was taken for nobody's")
            }
        }
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

    @Test(arguments: [nil, "", "two", "1.5.", ".", "-1.5", "1e9", "99999999999999999999", " 7"] as [String?])
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
        #"[{"eventId":"gala","categoryId":"stalls","quantity":"2.0"}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":" 2"}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":"02"}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":02}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":0x2}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":1e400}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":NaN}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":true}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":[2]}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2,"quantity":null}]"#,
        #"[{"eventId":null,"categoryId":"stalls","quantity":2}]"#,
        #"[{"eventId":true,"categoryId":"stalls","quantity":2}]"#,
        #"[{"eventId":-0,"categoryId":"stalls","quantity":2}]"#,
        #"[{"eventId":1.5,"categoryId":"stalls","quantity":2}]"#,
        #"[{"eventId":100000000000000,"categoryId":"stalls","quantity":2}]"#,
        #"[["eventId","categoryId","quantity"]]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2}{}]"#,
        #"[{"eventId":"gala" "categoryId":"stalls","quantity":2}]"#,
        #"[{'eventId':'gala','categoryId':'stalls','quantity':2}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2,"note":"\x41"}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2,"note":"\u00e"}]"#,
        "[{\"eventId\":\"gala\",\"categoryId\":\"stalls\",\"quantity\":2,\"note\":\"a\nb\"}]",
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2,"a":"# + nest(999) + "}]",
        #"[{"eventId":"gala","categoryId":"stalls","quantity":9007199254740993}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":99999999999999999999}]"#,
        #"[{"eventId":"gala","quantity":2}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2},{"eventId":"other","categoryId":"b","quantity":1}]"#,
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
        #"[{"eventId":"gala","categoryId":"stalls","quantity":"2"}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2.0}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":0.2e1}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":9,"quantity":2}]"#,
        #"[{"quantity":1,"eventId":"gala","categoryId":"stalls","quantit\u0079":2}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":2,"a":"# + nest(998) + "}]",
        #"[{"a":"\"a\":","b":{"a":1,"quantity":7},"eventId":"gala","categoryId":"stalls","quantity":2,"c":["a","a"]}]"#,
    ])
    func otherSpellingsOfJSONMeanTheSame(_ entries: String) throws {
        let read = try HoldEntries(json: Array(entries.utf8))
        #expect(read.event == gala)
        #expect(read.lines == seats(2))
    }

    /// Arrays and objects in each other, that many deep.
    static func nest(_ depth: Int) -> String {
        (0..<depth).reduce("0") { text, level in level % 2 == 0 ? "[\(text)]" : #"{"a":\#(text)}"# }
    }

    @Test(arguments: [
        ("12", "12"), ("12.0", "12"), ("1e3", "1000"), ("-7", "-7"), ("99999999999999", "99999999999999"),
    ])
    func numbersAreReadAsTheTextThatScriptsPrint(_ number: String, _ text: String) throws {
        let read = try HoldEntries(json: Array(#"[{"eventId":\#(number),"categoryId":\#(number),"quantity":3}]"#.utf8))
        #expect(read.event == EventID(text))
        #expect(read.lines == [SeatLine(category: CategoryID(text), quantity: 3)])
    }

    @Test func bytesThatAreNoUTF8StayAsTheyAre() throws {
        let json = Array(#"[{"eventId":"a"#.utf8) + [0xFF, 0xC3] + Array(#"","categoryId":"b","quantity":3}]"#.utf8)
        #expect(try HoldEntries(json: json).event == EventID([0x61, 0xFF, 0xC3]))
    }

    @Test func aTextThatIsCutAnywhereIsReadWithoutHarm() {
        let whole = Array(
            #" [ {"eventId":"g\u00e9\ud83c\udfab","categoryId":-1.5e+7,"quantity":2,"x":[{"a":[true,null]},""]} ] "#
                .utf8)
        for count in 0..<whole.count - 1 {
            #expect((try? HoldEntries(json: Array(whole.prefix(count)))) == nil)
            #expect(HoldEntries.events(namedIn: Array(whole.prefix(count))).count <= 1)
        }
        #expect(HoldEntries.events(namedIn: whole) == [EventID("gé🎫")])
    }

    @Test func metadataIsReadAsEntriesAre() throws {
        let json = Array(#" {"a":{"eventId":"x"},"eventId":"y","requesterId":7,"\u0065ventId":12} "#.utf8)
        let metadata = try #require(HoldMetadata(json: json))
        #expect(metadata.event == EventID("12"))
        #expect(metadata.requester == Array("7".utf8))
        for text in ["", "[]", "{", #"{"eventId":"x"}}"#, #"{"eventId" "x"}"#] {
            #expect(HoldMetadata(json: Array(text.utf8)) == nil)
        }
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
