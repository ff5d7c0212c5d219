package import TestPlatform
package import TestRandom

/// A platform that sells: clients, a cleaner, and a watcher that checks at every moment what a reader would see.
package struct Traffic: Sendable {
    private let platform: Platform
    private let events: [PlatformEvent]
    private let books: SeatBooks
    private let options: TrafficOptions
    private let random: SeededRandom

    /// - Parameters:
    ///   - events: on sale on the platform already.
    ///   - books: of these events.
    package init(
        on platform: Platform, events: [PlatformEvent], books: SeatBooks, options: TrafficOptions,
        random: SeededRandom
    ) {
        self.platform = platform
        self.events = events
        self.books = books
        self.options = options
        self.random = random
    }

    /// Runs `body` while the traffic goes on; then every client ends what it has begun.
    package func run<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        var shuffling = random.stream(-1)
        let faults = FaultQueue(options.faults, shuffledBy: &shuffling)
        let stop = StopFlag()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { stop.set() }
            for number in 1...options.clients {
                group.addTask { try await serve(as: number, faults, until: stop) }
            }
            group.addTask {
                try await TrafficWatcher(platform: platform, books: books, random: random.stream(-2)).run(until: stop)
            }
            if options.backlog != nil {
                group.addTask {
                    try await withFinalizer { finalizer in
                        var finalizer = finalizer
                        try await finalizer.run(until: stop)
                    }
                }
            }
            if let pause = options.cleaning {
                group.addTask { try await clean(every: pause, until: stop) }
            }
            let value = try await body()
            stop.set()
            try await group.waitForAll()
            return value
        }
    }

    /// Once the traffic has ended, the finalizer comes back for good and sells all that waits.
    package func finishBacklog() async throws {
        try await withFinalizer { try await $0.finish() }
    }

    private func withFinalizer(_ body: (LateFinalizer) async throws -> Void) async throws {
        guard let backlog = options.backlog else { return }
        try await ScriptSession.withSession(on: platform) { scripts in
            try await SQLSession.withSession(platform.connectionString) { sql in
                try await body(
                    LateFinalizer(
                        platform: platform, scripts: scripts, sql: sql, books: books, backlog: backlog,
                        options: options, random: random.stream(-3)))
            }
        }
    }

    private func serve(as number: Int, _ faults: FaultQueue, until stop: StopFlag) async throws {
        try await ScriptSession.withSession(on: platform) { scripts in
            try await SQLSession.withSession(platform.connectionString) { sql in
                var client = TrafficClient(
                    number: number, platform: platform, events: events, scripts: scripts, sql: sql, books: books,
                    faults: faults, options: options, random: random.stream(number))
                try await client.run(until: stop)
            }
        }
    }

    private func clean(every pause: Duration, until stop: StopFlag) async throws {
        try await ScriptSession.withSession(on: platform) { scripts in
            while !stop.isSet {
                _ = try await scripts.reply(to: platform.cleanerCall())
                books.count(PlatformScript.cleaner.rawValue)
                try await Task.sleep(for: pause)
            }
        }
    }
}
