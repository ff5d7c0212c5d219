import TestRandom
import Testing

extension Mutation: CustomTestStringConvertible {
    var testDescription: String { name }
}

/// The search sees what it is for: where one line of the protocol is left out, it finds a schedule that goes wrong.
@Suite struct MutationTests {
    @Test(arguments: Mutation.all)
    func aBrokenProtocolIsFoundOut(_ mutation: Mutation) async throws {
        try await Bench.with(sources: mutation.rightSources, form: mutation.form) { bench in
            let isAll = try await Explorer(bench, mutation.right).runAll(limit: 100_000)
            #expect(isAll)
        }
        try await Bench.with(sources: mutation.sources, form: mutation.form) { bench in
            let explorer = Explorer(bench, mutation.broken)
            let failure = await #expect(throws: RaceFailure.self) { _ = try await explorer.runAll() }
            guard let failure else { return }
            print("races: without it: \(mutation.name), found after \(explorer.schedules) schedules: \(failure)")
            // What was found can be had again.
            let again = await #expect(throws: RaceFailure.self) {
                _ = try await Explorer(bench, mutation.broken).replay(failure.choices)
            }
            #expect(again?.reason == failure.reason)
        }
    }

    /// Scenarios made by chance see it as well, of a writing script for each kind of job.
    @Test(arguments: [Mutation.ofStableLooks[0], Mutation.ofPurges[0]])
    func aBrokenScriptIsFoundOutByChance(_ mutation: Mutation) async throws {
        let seed = SeededRandom(named: "races: without it: \(mutation.name)")
        try await Bench.with(sources: mutation.sources, form: mutation.form) { bench in
            var schedules = 0
            let failure = await #expect(throws: RaceFailure.self) {
                for number in 0..<4000 {
                    var random = seed.stream(number)
                    let explorer = Explorer(bench, .random(named: "by chance \(number)", &random))
                    try await explorer.walk(8, &random)
                    schedules += explorer.schedules
                }
            }
            print("races: without it: \(mutation.name), by chance after \(schedules): \(failure?.reason ?? "nothing")")
        }
    }
}
