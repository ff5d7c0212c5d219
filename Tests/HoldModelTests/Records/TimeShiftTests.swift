import HoldModel
import Testing

@Suite struct TimeShiftTests {
    /// A shift of as many pairs, each a little off.
    private func ends(_ count: Int, by shift: Int64) -> [(order: Int64, hold: Int64)] {
        (0..<Int64(count)).map { (1_777_636_800 + $0 + shift + $0 % 3 - 1, 1_777_636_800 + $0) }
    }

    @Test(arguments: [-5 * 3600, 2 * 3600, 5 * 3600 + 1800, -12 * 3600, 3600] as [Int64])
    func isThatOfNearlyAll(_ shift: Int64) {
        let found = TimeShift(ends(38, by: shift) + ends(2, by: 0))
        #expect(found?.seconds == shift && found?.alike == 38 && found?.pairs == 40)
    }

    @Test func isNoneWhereTimesAgree() {
        #expect(TimeShift(ends(40, by: 0)) == nil)
    }

    @Test func isNoneOfFewPairs() {
        #expect(TimeShift(ends(9, by: -7200)) == nil)
    }

    @Test func isNoneWhereHoldsWereExtended() {
        #expect(TimeShift((1...40).map { (1_777_636_800, 1_777_636_800 + 613 * $0) }) == nil)
        #expect(TimeShift(ends(40, by: -900)) == nil)
        #expect(TimeShift(ends(20, by: -7200) + ends(20, by: 0)) == nil)
    }

    @Test func isNoneOfNumbersWithoutMeaning() {
        #expect(TimeShift((0..<20).map { _ in (.min, .max) }) == nil)
        #expect(TimeShift((0..<20).map { _ in (.max, 0) }) == nil)
    }

    @Test func saysWhatItMeans() {
        let words = TimeShift(ends(40, by: -7200))?.words
        #expect(words?.hasPrefix("of 40 holds 40 have orders whose expires_at lies 2 h before the hash's") == true)
    }
}
