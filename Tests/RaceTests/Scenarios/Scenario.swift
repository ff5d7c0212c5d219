import TestPlatform

/// What is there at the start, and who does what from then on; who comes next is the explorer's to choose.
struct Scenario: Sendable, Hashable {
    var name: String
    var model: RaceModel
    /// What the platform did before.
    var history: [PlatformMove] = []
    /// What went wrong before, as commands for Redis.
    var faults: [[String]] = []
    /// Each actor's own steps, in its order.
    var actors: [[PlatformMove]]
    /// By the actor, those of its steps that are one call of the API: it takes less time than lies between two looks that must
    /// show the same.
    var calls: [Int: Range<Int>] = [:]
    var job: RaceJob
    /// Whether seats may be left off sale for the next run: where a repair takes several scripts, and where hashes were
    /// lost.
    var mayLeaveSeats: Bool

    init(
        _ name: String, total: Int64 = 10, _ holds: [RaceHold], history: [PlatformMove] = [], faults: [[String]] = [],
        actors: [[PlatformMove]], job: RaceJob
    ) {
        self.name = name
        let named = Set(holds.flatMap { $0.seats.map(\.category) })
        model = RaceModel(categories: named.sorted(), total: total, holds: holds)
        self.history = history
        self.faults = faults
        self.actors = actors
        self.job = job
        let moves = history + actors.joined()
        mayLeaveSeats = faults.contains { $0.first == "DEL" } || moves.contains(where: \.losesHash)
        switch job {
        case .looks(let rules): mayLeaveSeats = mayLeaveSeats || rules.slice != nil
        // Holds first, then counts.
        case .hot: mayLeaveSeats = mayLeaveSeats || moves.contains(where: \.mayEndHolds)
        case .change(let rules): mayLeaveSeats = mayLeaveSeats || rules.looks.slice != nil
        case .purge, .creation: break
        }
    }

    /// Whether a call is under way.
    ///
    /// - Parameter positions: how many steps each actor has taken.
    func isCalling(_ positions: [Int]) -> Bool {
        calls.contains { actor, steps in steps.lowerBound < positions[actor] && positions[actor] < steps.upperBound }
    }

    /// A scenario of stable looks.
    init(
        _ name: String, _ holds: [RaceHold], history: [PlatformMove] = [], faults: [[String]] = [],
        actors: [[PlatformMove]], calls: [Int: Range<Int>] = [:], _ change: (inout RaceProtocol) -> Void = { _ in }
    ) {
        var rules = RaceProtocol()
        change(&rules)
        self.init(name, holds, history: history, faults: faults, actors: actors, job: .looks(rules))
        self.calls = calls
    }

    /// A scenario of hot looks.
    static func hot(
        _ name: String, _ holds: [RaceHold], history: [PlatformMove] = [], faults: [[String]] = [],
        actors: [[PlatformMove]], _ change: (inout HotProtocol) -> Void = { _ in }
    ) -> Scenario {
        var rules = HotProtocol()
        change(&rules)
        return Scenario(name, holds, history: history, faults: faults, actors: actors, job: .hot(rules))
    }

    /// Seats that `pending` keeps for nobody.
    static func leak(_ seats: Int, _ category: String = "c") -> [[String]] {
        let key = "\(Bench.prefix)inventory:\(Bench.eventName):\(category)"
        return [["HINCRBY", key, "pending", String(seats)], ["HINCRBY", key, "available", String(-seats)]]
    }

    /// The hash of a hold is gone.
    static func lose(_ hold: String) -> [[String]] {
        [["DEL", Bench.prefix + "holds:" + hold]]
    }

    /// What there is, for a schedule to be read by.
    var text: String {
        let lines = [
            "  seats \(model.total), holds "
                + model.holds.map { "\($0.token) of \($0.seats.map { "\($0.quantity) \($0.category)" })" }
                .joined(separator: ", "), "  before: \(history.map { $0.text(model) })", "  faults: \(faults)",
        ]
        let words = actors.enumerated().map { "  actor \($0.offset + 1): \($0.element.map { $0.text(model) })" }
        return (lines + words + ["  reconciler: \("\(job)".replacing("RaceTests.", with: ""))"]).joined(separator: "\n")
    }
}
