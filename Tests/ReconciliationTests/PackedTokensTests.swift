import HoldModel
import Testing

@testable import Reconciliation

@Suite struct PackedTokensTests {
    @Test func areTheSameAfterwards() {
        for lengths in [[], [0], [1, 0, 127, 128, 129, 16_383, 16_384, 70_000], [36, 36]] {
            let tokens = lengths.map { HoldToken((0..<$0).map { UInt8(truncatingIfNeeded: $0) }) }
            #expect(PackedTokens(tokens).tokens == tokens)
        }
    }

    @Test func areTheSameWhereTheyAreUUIDsOrLookLikeThem() {
        let tokens = [
            "01234567-89ab-cdef-0123-456789abcdef", "00000000-0000-0000-0000-000000000000",
            "01234567-89AB-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcdeg",
            "0123456-789ab-cdef-0123-456789abcdef", "0123456789abcdef0123456789abcdef0123",
            "01234567-89ab-cdef-0123-456789abcde-", "01234567-89ab-cdef-0123-456789abcde", "-",
        ].map { HoldToken($0) }
        #expect(PackedTokens(tokens).tokens == tokens)
        #expect(PackedTokens(tokens).contains { $0 == tokens[4] })
    }
}
