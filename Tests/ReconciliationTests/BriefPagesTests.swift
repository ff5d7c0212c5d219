import Testing

@testable import Reconciliation

@Suite struct BriefPagesTests {
    private func areWorthIt(_ pages: (events: Int, again: Int)...) -> Bool {
        var brief = BriefPages()
        for page in pages { brief.take(page.events, again: page.again) }
        return brief.areWorthIt
    }

    @Test func areWorthItWhileFewEventsAreReadAgain() {
        #expect(areWorthIt())
        #expect(areWorthIt((25, 20)))
        #expect(!areWorthIt((25, 21)))
        #expect(areWorthIt((500, 0), (500, 100)))
        #expect(!areWorthIt((500, 0), (500, 101)))
    }
}
