import HoldModel
import Testing

@Suite("an amount of money")
struct AmountTests {
    @Test(
        "is read from what PostgreSQL prints of a decimal number",
        arguments: [
            ("0", "0"), ("12.40", "12.40"), ("1240", "1240"), ("0.005", "0.005"), ("-3.5", "-3.5"),
            ("10.50000", "10.50"),
            ("0.1230", "0.123"), ("007.10", "7.10"), ("-0.00", "0.00"),
            ("170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
        ])
    func isRead(_ text: String, _ shown: String) {
        #expect(Amount(Array(text.utf8))?.description == shown)
    }

    @Test(
        "is nothing else",
        arguments: [
            "", "-", ".", "1.", ".5", "1.2.3", "NaN", "Infinity", "1e5", "€ 5", "$5.00", "1,000", " 5", "+5", "--5",
            "5-",
            "170141183460469231731687303715884105728", String(repeating: "9", count: 64),
        ])
    func isNothingElse(_ text: String) {
        #expect(Amount(Array(text.utf8)) == nil)
    }

    @Test("is multiplied and summed without losing a digit")
    func isExact() throws {
        let cents = try #require(Amount(Array("0.10".utf8)))
        var sum = Amount.zero
        for _ in 1...1000 { sum = try #require(sum.adding(cents)) }
        #expect(sum.description == "100.00" && cents.times(1000) == sum)
        let fine = try #require(Amount(Array("0.00000000000000000001".utf8)))
        #expect(sum.adding(fine)?.description == "100.00000000000000000001")
        #expect(fine.adding(sum) == sum.adding(fine))
        let odd = try #require(Amount(Array("19.999".utf8)))
        #expect(odd.times(3)?.description == "59.997")
    }

    @Test("has no sum where that would need too many digits")
    func hasLimits() throws {
        let greatest = try #require(Amount(Array("170141183460469231731687303715884105727".utf8)))
        let cent = try #require(Amount(Array("0.01".utf8)))
        #expect(greatest.adding(cent) == nil && cent.adding(greatest) == nil)
        #expect(greatest.adding(greatest) == nil && greatest.times(2) == nil)
        #expect(greatest.times(1) == greatest)
    }

    @Test(
        "has its thousands apart for people",
        arguments: [
            ("1", "1"), ("123", "123"), ("1240.00", "1,240.00"), ("1234567.5", "1,234,567.5"), ("-1000", "-1,000"),
            ("0.05", "0.05"),
        ])
    func isGrouped(_ text: String, _ shown: String) {
        #expect(Amount(Array(text.utf8))?.grouped == shown)
    }
}
