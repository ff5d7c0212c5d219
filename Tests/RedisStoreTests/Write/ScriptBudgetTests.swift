import Testing

@testable import RedisStore

@Suite struct ScriptBudgetTests {
    /// Ten categories with five holds each, on a machine that takes 8.5 µs a key.
    @Test func anEventThatIsALittleTooLargeForASliceStillGoesWhole() {
        let budget = ScriptBudget(.milliseconds(2))
        for _ in 1...100 { budget.observe(keys: 30, took: .microseconds(255)) }
        #expect(budget.keys < 60)
        #expect(budget.keysOfWholePlan >= 60)
    }

    @Test func scriptsOfFixedSizeStayThatSize() {
        let budget = ScriptBudget(keys: 200)
        budget.observe(keys: 100, took: .milliseconds(5))
        #expect(budget.keys == 200)
        #expect(budget.keysOfWholePlan == 200)
    }

    @Test func aServerThatHasBecomeSlowGetsSmallerScriptsAtOnce() {
        let budget = ScriptBudget(.milliseconds(2))
        for _ in 1...50 { budget.observe(keys: 100, took: .microseconds(500)) }
        let before = budget.keys
        for _ in 1...20 { budget.observe(keys: 100, took: .milliseconds(5)) }
        #expect(budget.keys < before / 4)
    }
}
