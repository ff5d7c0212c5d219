import RedisStore
package import TestPlatform
package import TestRandom

/// One category that everybody wants: so many acquires and releases a second, no SQL.
package struct HotSale: Sendable {
    private let platform: Platform
    private let event: PlatformEvent
    private let books: SeatBooks
    private let random: SeededRandom
    /// Acquires a second, and as many releases.
    private let rate: Int
    /// Buyers at once; each has at most one hold.
    private let buyers: Int

    /// - Parameter event: on sale on the platform already; its first category is the one.
    package init(
        of event: PlatformEvent, on platform: Platform, books: SeatBooks, rate: Int, buyers: Int = 32,
        random: SeededRandom
    ) {
        self.event = event
        self.platform = platform
        self.books = books
        self.rate = rate
        self.buyers = buyers
        self.random = random
    }

    /// Runs `body` while the sale goes on; then every buyer lets go of what is held.
    ///
    /// - Parameter body: gets a session of its own, to make faults with.
    package func run<Value: Sendable>(_ body: (ScriptSession) async throws -> Value) async throws -> Value {
        let stop = StopFlag()
        return try await ScriptSession.withSession(on: platform) { scripts in
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { stop.set() }
                for number in 1...buyers {
                    group.addTask { try await buy(as: number, on: scripts, until: stop) }
                }
                group.addTask {
                    try await TrafficWatcher(platform: platform, books: books, random: random.stream(-2))
                        .run(until: stop)
                }
                let value = try await ScriptSession.withSession(on: platform, body)
                stop.set()
                try await group.waitForAll()
                return value
            }
        }
    }

    /// Makes a hold of so many seats and loses its hash and its member: they stay in `pending` for ever.
    package func leak(_ quantity: Int, on scripts: ScriptSession) async throws {
        guard let hold = hold("leak", seats: quantity), try await perform(platform.acquireCall(hold), on: scripts)
        else { return }
        books.note(.ttlRace, hold)
        try await scripts.lose(hold, on: platform)
    }

    private func hold(_ token: String, seats: Int) -> PlatformHold? {
        guard let category = event.categories.first?.id else { return nil }
        let now = Clock.now()
        return PlatformHold(
            token: token, event: event.id, seats: [Seats(category, seats)],
            createdAt: now, expiresAt: now + platform.holdTTL)
    }

    /// Acquires once in each slot of time, at a moment of its own, and releases before the slot's end.
    private func buy(as number: Int, on scripts: ScriptSession, until stop: StopFlag) async throws {
        var random = random.stream(number)
        let slot = Duration.seconds(1) * buyers / rate
        var begin = ContinuousClock.now + slot * Double.random(in: 0...1, using: &random)
        var holds = 0
        while !stop.isSet {
            holds += 1
            try await Task.sleep(until: begin)
            let quantity = Int.random(in: 1...3, using: &random)
            guard let hold = hold("buyer \(number):\(holds)", seats: quantity) else { return }
            if try await perform(platform.acquireCall(hold), on: scripts) {
                books.take(hold)
                try await Task.sleep(until: begin + slot * Double.random(in: 0...0.7, using: &random))
                books.letGo(hold)
                _ = try await perform(platform.releaseCall(hold), on: scripts)
            }
            // A machine that cannot keep the rate falls behind instead of catching up in a burst.
            begin = max(begin + slot, ContinuousClock.now)
        }
    }

    private func perform(_ call: PlatformCall, on scripts: ScriptSession) async throws -> Bool {
        books.count(call.script.rawValue)
        guard let refusal = call.refusal(try await scripts.word(call)) else { return true }
        books.note(refusal)
        return false
    }
}
