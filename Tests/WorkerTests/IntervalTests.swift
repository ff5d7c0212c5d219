import Testing
import Worker

@Suite struct IntervalTests {
    @Test(arguments: [
        ("1", 1), ("90s", 90), ("5m", 300), ("1h", 3600), ("2d", 172_800), ("31d", 2_678_400), ("32d", nil),
        ("744h", 2_678_400),
    ])
    func isReadAsOperatorsWriteIt(_ text: String, _ seconds: Int?) {
        #expect(Interval(text)?.duration == seconds.map { .seconds($0) })
    }

    @Test(arguments: [
        "", "0", "0s", "-1", "s", "1.5m", "1 m", "5M", "745h", "99999999999999999999", "9223372036854775807h", "٣",
    ])
    func anythingElseIsRefused(_ text: String) {
        #expect(Interval(text) == nil)
    }
}
