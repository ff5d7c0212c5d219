import HoldModel
import Testing

/// The small values that everything else is made of.
@Suite struct ValueTests {
    @Test(arguments: [
        ("0", 0), ("7", 7), ("-3", -3), ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
    ])
    func readsTheOneSpellingThatRedisAccepts(_ text: String, _ value: Int64) {
        #expect(decimalInteger(Array(text.utf8)) == value)
    }

    @Test(arguments: [
        "", "-", "-0", "00", "+1", " 1", "1 ", "1.0", "0x1", "9223372036854775808", "-9223372036854775809", "٣",
    ])
    func readsNoOther(_ text: String) {
        #expect(decimalInteger(Array(text.utf8)) == nil)
    }

    @Test func availableIsNeverNegativeAndOversoldSaysBySomuch() {
        let counts = Counts(total: 10, sold: 8, pending: 5)
        #expect(counts == Counts(total: 10, sold: 8, pending: 5, available: 0))
        #expect(counts?.oversold == 3)
        #expect(Counts(total: 0, sold: .max, pending: .max) == nil)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (1_777_636_800_123, "2026-05-01T12:00:00.123Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
    ])
    func instantsAreWrittenAsThePlatformWritesThem(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: milliseconds).iso8601 == text)
    }

    @Test func timeEndsInsteadOfOverflowing() {
        #expect(noon.adding(seconds: .max).milliseconds == .max)
        #expect(noon.adding(seconds: .min).milliseconds == .min)
        #expect(Timestamp(seconds: .max) == nil)
    }

    @Test func idsAreBytesInByteOrder() {
        #expect(EventID("é") != EventID("e\u{301}"))
        #expect(
            ["b", "a", "ä", "B", "a:b"].map { EventID($0) }.sorted().map(\.description) == ["B", "a", "a:b", "b", "ä"])
    }

    @Test func whatIsShownCannotPlayTricksOnATerminal() {
        #expect(printable(Array("a\u{1B}[2Jb\n".utf8)) == #"a\x1b[2Jb\n"#)
        #expect(printable(Array("\u{202E}evil".utf8)) == #"\xe2\x80\xaeevil"#)
        #expect(printable([0xFF, 0x41]) == #"\xffA"#)
        #expect(printable(Array("Straße 💺".utf8)) == "Straße 💺")
        #expect(printable(Array(#"C:\x"#.utf8)) == #"C:\\x"#)
    }

    @Test func theIndexIsNoHoldAlthoughItsNameMatches() {
        let keys = KeySpace(prefix: "eventix:dev:")
        #expect(keys.token(ofKey: keys.index) == nil)
        #expect(keys.token(ofKey: keys.hold(HoldToken("a:b"))) == HoldToken("a:b"))
        #expect(keys.token(ofKey: Array("holds:x".utf8)) == nil)
    }

    @Test func anInventoryKeyWithMoreColonsHasSeveralReadings() {
        let readings = KeySpace(prefix: "p:").inventoryReadings(ofKey: Array("p:inventory:a:b:c".utf8))
        #expect(readings.map { "\($0.event)|\($0.category)" } == ["a|b:c", "a:b|c"])
    }

    @Test func aPrefixOfGlobCharactersMatchesItselfOnly() {
        #expect(KeySpace.pattern(startingWith: Array("a*[b]?\\^-".utf8)) == Array(#"a\*\[b\]\?\\\^\-*"#.utf8))
    }

    @Test func everyCauseOfTheContractHasItsName() {
        let contract = [
            "ttl-race", "failed-rollback", "lost-claim", "lost-finalize", "zombie-hold", "swapped-categories",
            "extended-hold", "lost-hash", "stale-total", "stale-sold", "orphan-member", "missing-member", "bad-score",
            "expired-hold", "closed-order", "order-without-hold", "waiting-finalizer",
            "abandoned-checkout", "sql-behind", "oversold", "sql-sold-differs", "order-seats-differ",
            "orphan-inventory", "malformed",
            "foreign-key",
        ]
        #expect(Cause.allCases.map(\.rawValue) == contract + ["moved-since", "undone", "purged", "unsettled"])
    }
}
