import Reconciliation
import TestPlatform

extension Mutation {
    private static let one = [RaceHold("h1", Seats("c", 2))]

    private init(_ name: String, _ scenario: Scenario, change: (inout ChangeRun.Rules) -> Void) {
        self.init(name, scenario) { broken in
            guard case .change(var rules) = scenario.job else { preconditionFailure("\(name): no change") }
            change(&rules)
            broken.job = .change(rules)
        }
    }

    private static let fence = [("if inventory_state(KEYS[i]) ~= ARGV[at] then", "if false then")]
    private static let besideABuyer: [[PlatformMove]] = [[.acquire(0), .release(0)]]

    static let ofChanges: [Mutation] = [
        Mutation(
            "apply without the fence",
            .change("a plan that is applied beside a buyer", one, faults: Scenario.leak(3), actors: besideABuyer) {
                $0.begins = .apply
            }, fence),
        Mutation(
            "a change is not compared with the plan",
            .change("a plan of counts that have moved", one, faults: Scenario.leak(3), actors: besideABuyer)
        ) { $0.looks.comparesItems = false },
        Mutation(
            "undo without the fence",
            .change("an undo beside a buyer", one, faults: Scenario.leak(3), actors: besideABuyer) {
                $0.begins = .undo
            }, fence),
        Mutation(
            "an undo does not ask how counts were left",
            .change("an undo after a buyer", one, faults: Scenario.leak(3), actors: besideABuyer) { $0.begins = .undo }
        ) { $0.looks.fencesUndo = false },
        Mutation(
            "the journal is written after the slice",
            .change("a run that is killed", one, faults: Scenario.leak(3), actors: [[.kill]]) { $0.begins = .apply }
        ) { $0.looks.journal = .behind },
    ]
}
