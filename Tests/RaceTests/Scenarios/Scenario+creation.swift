import TestPlatform

extension Scenario {
    private static let across = [RaceHold("h1", Seats("c", 2), Seats("d", 1)), RaceHold("h2", Seats("d", 3))]
    private static let ordered: [PlatformMove] = [
        .acquire(0), .order(0, expires: true), .acquire(1), .claim(1), .order(1, expires: false), .commit(1),
    ]

    /// A Redis that was emptied.
    static let creations: [Scenario] = [
        // The commit makes a hash of two fields where there is none.
        emptied("an emptied Redis whose buyers go on", actors: [[.pay(0)], [.commit(1)]]),
        emptied(
            "an emptied Redis whose orders end", actors: [[.cancelOrder(0)], [.pass(601), .cleaner, .cancelOrder(1)]]),
        emptied("an emptied Redis and a second run", actors: [[.takeLease], [.cancelOrder(1)]]),
        emptied("an emptied Redis whose buyers go on, and a large event", actors: [[.pay(0)], [.commit(1)]], sliced),
        emptied(
            "an emptied Redis whose orders end, and a large event",
            actors: [[.cancelOrder(0)], [.pass(601), .cleaner, .cancelOrder(1)]], sliced),
        emptied(
            "an emptied Redis, a second run, and a large event", actors: [[.takeLease], [.cancelOrder(1)]], sliced),
    ]

    private static let sliced = CreationRun.Rules(isSliced: true)

    private static func emptied(
        _ name: String, actors: [[PlatformMove]], _ rules: CreationRun.Rules = CreationRun.Rules()
    ) -> Scenario {
        Scenario(name, across, history: ordered, faults: loseAll, actors: actors, job: .creation(rules))
    }
}

extension Mutation {
    static let ofCreations: [Mutation] = [
        Mutation(
            "the lease is not watched", Scenario.creations[2],
            broken: {
                $0.job = .creation(CreationRun.Rules(watches: false))
            }),
        Mutation(
            "the lease is not asked for", Scenario.creations[2],
            broken: {
                $0.job = .creation(CreationRun.Rules(asksLease: false))
            }),
        Mutation(
            "holds are there before their inventories", Scenario.creations[1],
            broken: {
                $0.job = .creation(CreationRun.Rules(precedes: false))
            }),
        Mutation(
            "holds of a large event are there before its inventories", Scenario.creations[4],
            broken: {
                $0.job = .creation(CreationRun.Rules(isSliced: true, precedes: false))
            }),
    ]
}
