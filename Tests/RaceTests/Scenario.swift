import TestPlatform

/// What is there at the start, and who does what from then on; who comes next is the explorer's to choose.
struct Scenario: Sendable {
    let name: String
    var model: RaceModel
    /// What the platform did before.
    var history: [PlatformMove] = []
    /// What went wrong before, as commands for Redis.
    var faults: [[String]] = []
    /// Each actor's own steps, in its order.
    var actors: [[PlatformMove]]
    var rules = RaceProtocol()

    /// Whether seats may be left off sale for the next run: where slices are cut, and where hashes were lost.
    var mayLeaveSeats: Bool {
        rules.slice != nil || faults.contains { $0.first == "DEL" }
    }

    init(
        _ name: String, categories: [String] = ["c"], total: Int64 = 10, _ holds: [RaceHold],
        history: [PlatformMove] = [], faults: [[String]] = [], actors: [[PlatformMove]],
        _ change: (inout RaceProtocol) -> Void = { _ in }
    ) {
        self.name = name
        model = RaceModel(categories: categories, total: total, holds: holds)
        self.history = history
        self.faults = faults
        self.actors = actors
        change(&rules)
    }

    /// Seats that `pending` keeps for nobody.
    static func leak(_ seats: Int, _ category: String = "c") -> [[String]] {
        let key = "\(Bench.prefix)inventory:\(Bench.eventName):\(category)"
        return [["HINCRBY", key, "pending", String(seats)], ["HINCRBY", key, "available", String(-seats)]]
    }
}
