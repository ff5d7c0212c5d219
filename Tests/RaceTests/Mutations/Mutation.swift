import HoldModel
import LuaScripts
import Reconciliation
import RedisStore
import TestPlatform

/// One line of the protocol left out or turned around, and a scenario in which some schedule must then go wrong.
struct Mutation: Sendable {
    let name: String
    /// The program's own protocol on the same scenario: no schedule of it may go wrong.
    let right: Scenario
    var broken: Scenario
    /// The scripts that are not the program's, for the right protocol and for the broken one.
    private(set) var rightSources: [LuaScript: [UInt8]] = [:]
    private(set) var sources: [LuaScript: [UInt8]] = [:]
    /// How whole hashes are written.
    private(set) var form = HashForm.payload

    private init(_ name: String, _ scenario: Scenario) {
        self.name = name
        right = scenario
        broken = scenario
    }

    /// Another job.
    init(_ name: String, _ scenario: Scenario, broken change: (inout Scenario) -> Void) {
        self.init(name, scenario)
        change(&broken)
    }

    /// Another order of the stable look's steps.
    private init(_ name: String, _ scenario: Scenario, _ change: (inout RaceProtocol) -> Void) {
        self.init(name, scenario)
        guard case .looks(var rules) = scenario.job else { preconditionFailure("\(name): no stable looks") }
        change(&rules)
        broken.job = .looks(rules)
    }

    /// Another order of the stable look's steps, or another rule.
    static func looks(_ name: String, _ scenario: Scenario, _ change: (inout RaceProtocol) -> Void) -> Mutation {
        Mutation(name, scenario, change)
    }

    /// Another order of the hot look's steps.
    init(_ name: String, _ scenario: Scenario, hot change: (inout HotProtocol) -> Void) {
        self.init(name, scenario)
        guard case .hot(var rules) = scenario.job else { preconditionFailure("\(name): no hot looks") }
        change(&rules)
        broken.job = .hot(rules)
    }

    /// Another line in a script.
    init(
        _ name: String, _ scenario: Scenario, in script: LuaScript = .apply, form: HashForm = .payload,
        _ replacements: [(String, String)]
    ) {
        self.init(name, scenario)
        self.form = form
        replace(replacements, in: script)
    }

    mutating func replace(_ replacements: [(String, String)], in script: LuaScript) {
        var source = String(decoding: script.source, as: UTF8.self)
        for (line, other) in replacements {
            precondition(source.contains(line), "\(script.rawValue).lua has no \(line)")
            source = source.replacing(line, with: other)
        }
        sources[script] = Array(source.utf8)
    }

    mutating func replaceInBoth(_ replacements: [(String, String)], in script: LuaScript) {
        replace(replacements, in: script)
        rightSources[script] = sources[script]
    }

    /// One look is enough in these: a second one only makes the bad schedules longer.
    private static func oneLook(_ rules: inout RaceProtocol) {
        rules.needsOneLook()
    }

    static let all = ofStableLooks + ofHotLooks + ofPurges + ofCreations + ofCheckouts + ofChanges

    private static let one = [RaceHold("h1", Seats("c", 2))]
    private static let two = [RaceHold("h1", Seats("c", 2)), RaceHold("h2", Seats("c", 3))]

    static let ofStableLooks: [Mutation] = [
        Mutation(
            "no version check in apply",
            Scenario("acquire beside a leak", one, faults: Scenario.leak(3), actors: [[.acquire(0)]], oneLook),
            [("if inventory_state(KEYS[i]) ~= ARGV[at] then", "if false then")]),
        Mutation(
            "no status check in apply",
            Scenario(
                "an expired hold is extended", one, history: [.acquire(0), .pass(601)],
                actors: [[.extend(0, by: 600)]], oneLook),
            [("elseif hold_state(key) ~= fence then", "elseif false then")]),
        Mutation(
            "the snapshot is older than both surveys",
            Scenario(
                "the end of a sale, whose hash ends", one, history: [.acquire(0), .claim(0), .commit(0)],
                actors: [[.order(0, expires: false), .confirm(0), .finalize(0), .dropHash(0)]], oneLook)
        ) { $0.looking.steps = [.snapshot, .counts, .index, .keyspace, .survey] },
        Mutation(
            "the index is scanned before the look",
            Scenario("acquire", one, actors: [[.acquire(0)]], oneLook)
        ) { $0.looking.steps = [.index, .keyspace, .counts, .snapshot, .survey] },
        Mutation(
            "the counts are not read before the census",
            Scenario("acquire in a look at a leak", one, faults: Scenario.leak(3), actors: [[.acquire(0)]], oneLook)
        ) { $0.looking.steps.removeAll { $0 == .counts } },
        Mutation("seats go on sale on one look", Scenario.lostCall) { $0.needsOneLook() },
        Mutation(
            "holds in flight are counted as sold",
            Scenario(
                "a finalizer under way", one,
                history: [.acquire(0), .order(0, expires: false), .claim(0), .commit(0)],
                actors: [[.confirm(0), .finalize(0)]], oneLook)
        ) { $0.judgement = .inFlightIsSold },
        Mutation(
            "holds in Redis only are forgotten",
            Scenario("a hold before its checkout", one, history: [.acquire(0)], actors: [[.claim(0)]], oneLook)
        ) { $0.judgement = .redisOnlyIsNothing },
        Mutation(
            "the version is set back to 1",
            Scenario(
                "acquire and release beside a leak", one, faults: Scenario.leak(3), actors: [[.acquire(0)]], oneLook),
            form: .fields, [("'version', ARGV[at + 6])", "'version', '1')")]),
        Mutation(
            "counts that put seats on sale are written before hold hashes",
            Scenario(
                "a large event with an expired hold", one, history: [.acquire(0), .pass(601)],
                actors: [[.extend(0, by: 600)]]
            ) {
                oneLook(&$0)
                $0.slice = 1
            }
        ) { $0.phases = [.preceding, .tightening, .raising, .holds] },
        Mutation(
            "a leak is proved without a walk of the keyspace",
            Scenario(
                "a claimed hold that the cleaner drops", one,
                actors: [[.acquire(0), .claim(0), .pass(601), .cleaner]]
            ) { $0.looks = 2 }
        ) { $0.walksKeyspace = false },
        Mutation(
            "seats are counted as sold on one look",
            Scenario(
                "a claimed hold that the cleaner drops is paid", one,
                actors: [
                    [.acquire(0), .claim(0), .pass(601), .cleaner, .order(0, expires: false), .commit(0), .confirm(0)]
                ]
            ) { $0.looks = 2 }
        ) { $0.looking.provesUnexplained = false },
        Mutation(
            "the lease is not checked in the script",
            Scenario("another run takes over", one, faults: Scenario.leak(3), actors: [[.takeLease]], oneLook),
            [("if owner ~= ARGV[1] then", "if false then")]),
    ]
}
