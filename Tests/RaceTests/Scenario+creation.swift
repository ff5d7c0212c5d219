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
    ]

    private static func emptied(_ name: String, actors: [[PlatformMove]]) -> Scenario {
        Scenario(name, across, history: ordered, faults: loseAll, actors: actors, job: .creation())
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
    ]
}
