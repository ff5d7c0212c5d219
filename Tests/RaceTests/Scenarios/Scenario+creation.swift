import Reconciliation
import RedisStore
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
            "an emptied Redis whose orders end, members ahead",
            actors: [[.cancelOrder(0)], [.pass(601), .cleaner, .cancelOrder(1)]], ahead),
        emptied(
            "an emptied Redis, a second run, and a large event", actors: [[.takeLease], [.cancelOrder(1)]], sliced),
    ]

    private static let sliced: CreationRun.Rules = {
        var rules = CreationRun.Rules()
        rules.isSliced = true
        return rules
    }()
    private static let ahead: CreationRun.Rules = {
        var rules = CreationRun.Rules()
        rules.indexesAhead = true
        return rules
    }()

    private static func emptied(
        _ name: String, actors: [[PlatformMove]], _ rules: CreationRun.Rules = CreationRun.Rules()
    ) -> Scenario {
        Scenario(name, across, history: ordered, faults: loseAll, actors: actors, job: .creation(rules))
    }
}

extension Mutation {
    /// Another rule of the refill.
    private static func refill(
        _ name: String, _ scenario: Scenario, _ change: (inout CreationRun.Rules) -> Void
    ) -> Mutation {
        Mutation(name, scenario) { broken in
            guard case .creation(var rules) = broken.job else { preconditionFailure("\(name): no refill") }
            change(&rules)
            broken.job = .creation(rules)
        }
    }

    static let ofCreations: [Mutation] = [
        refill("the lease is not watched", Scenario.creations[2]) { $0.watches = false },
        refill("the lease is not asked for", Scenario.creations[2]) { $0.asksLease = false },
        refill("holds are there before their inventories", Scenario.creations[1]) {
            $0.parts = [.holds, .inventories]
        },
        refill("holds of a large event are there before its inventories", Scenario.creations[4]) {
            $0.phases = [.holds, .preceding, .tightening, .raising]
        },
    ]
}
