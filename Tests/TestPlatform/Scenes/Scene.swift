import TestServers

/// A healthy event that sells, and room for one fault in it: two categories, one sold order, and three live holds,
/// which no repair of the fault may touch.
struct Scene {
    let platform: Platform
    let event: String
    let stalls: String
    let circle: String
    let now = Clock.now()

    var expected: [String: SeatCounts]
    var live: [PlatformHold] = []
    var redisOnly: Set<String> = []
    var faulty: PlatformHold?
    var key: String?
    var seats = 0

    /// - Parameter life: seconds that the live holds live; the platform's hold TTL unless given.
    static func open(on platform: Platform, event: String, life: Int? = nil) async throws -> Scene {
        var scene = Scene(platform: platform, event: event)
        try await platform.addEvent(
            event, categories: [(scene.stalls, total: 100, sold: 10), (scene.circle, total: 50, sold: 5)])

        let sold = try await scene.acquire("sold", [Seats(scene.stalls, 3)])
        try await platform.checkoutA(sold)
        try await platform.sell(sold)
        scene.expected[scene.stalls]?.sold += 3

        scene.keep(try await scene.acquire("browsing", [Seats(scene.stalls, 2)], life: life), redisOnly: true)
        let ordering = try await scene.acquire(
            "ordering", [Seats(scene.stalls, 1), Seats(scene.circle, 1)], life: life)
        try await platform.orderB(ordering)
        scene.keep(ordering)
        let paying = try await scene.acquire("paying", [Seats(scene.circle, 2)], life: life)
        try await platform.checkoutA(paying)
        scene.keep(paying)
        return scene
    }

    private init(platform: Platform, event: String) {
        self.platform = platform
        self.event = event
        stalls = "\(event)-stalls"
        circle = "\(event)-circle"
        expected = [
            stalls: SeatCounts(total: 100, sold: 10, pending: 0),
            circle: SeatCounts(total: 50, sold: 5, pending: 0),
        ]
    }

    /// Takes a hold of this event, `age` seconds ago. Its hash lives as long as a new hold's from now on.
    func acquire(_ name: String, _ seats: [Seats], age: Int = 0, life: Int? = nil) async throws -> PlatformHold {
        try await platform.acquire("\(event)-\(name)", event: event, seats, at: now - age, holdTTL: life)
    }

    /// Counts a hold among the live ones: its seats are pending in the end.
    mutating func keep(_ hold: PlatformHold, redisOnly isRedisOnly: Bool = false) {
        live.append(hold)
        if isRedisOnly { redisOnly.insert(hold.token) }
        for seats in hold.seats { expected[seats.category]?.pending += seats.quantity }
    }

    /// Stands for the end of its TTL, and for a Redis that lost it.
    func deleteHash(of hold: PlatformHold) async throws {
        try await platform.redis.command("DEL", platform.holdKey(hold.token))
    }

    /// Names the hold that the fault is about, and its seats.
    mutating func blame(_ hold: PlatformHold) {
        faulty = hold
        seats = hold.seats.reduce(0) { $0 + $1.quantity }
    }
}

/// Ages of holds that are over. A cleaner's run at `beforeLastHour` meets the oldest of them only, so that faults which
/// wait for the cleaner keep waiting.
extension Scene {
    static let twoHours = 7200

    var beforeLastHour: Int {
        now - 3600
    }
}
