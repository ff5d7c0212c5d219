import Foundation
import TestPlatform
import TestTraffic

/// One client that takes a hold every five milliseconds and lets it go again, each time in another category.
struct AcquireProbe {
    private let platform: Platform
    private let categories: [(event: String, id: String)]

    init(_ platform: Platform) async throws {
        self.platform = platform
        categories = try await SQLSession.withSession(platform.connectionString) { sql in
            try await sql.run("SELECT event_id, id FROM ticket_categories ORDER BY md5(id) LIMIT 500")
        }.map { (event: $0[0] ?? "", id: $0[1] ?? "") }
    }

    /// Measures as long as `body` takes.
    func during(_ body: () async throws -> Void) async throws -> Latencies {
        let stop = StopFlag()
        let begin = ContinuousClock.now
        return try await withThrowingTaskGroup(of: [Duration].self) { group in
            defer { stop.set() }
            group.addTask { try await measure(until: stop) }
            try await body()
            let time = ContinuousClock.now - begin
            stop.set()
            return Latencies(try await group.next() ?? [], in: time)
        }
    }

    private func measure(until stop: StopFlag) async throws -> [Duration] {
        try await ScriptSession.withSession(on: platform) { scripts in
            var latencies: [Duration] = []
            var due = ContinuousClock.now
            while !stop.isSet {
                try await Task.sleep(until: due)
                let (latency, hold) = try await acquire(number: latencies.count, on: scripts)
                latencies.append(latency)
                guard try await scripts.word(platform.releaseCall(hold)) == "ok" else {
                    throw UnexpectedReply(script: .release, text: hold.token)
                }
                due = max(due + .milliseconds(5), .now)
            }
            return latencies
        }
    }

    private func acquire(number: Int, on scripts: ScriptSession) async throws -> (Duration, PlatformHold) {
        let now = Clock.now()
        let category = categories[number % categories.count]
        let hold = PlatformHold(
            token: UUID().uuidString, event: category.event, seats: [Seats(category.id, 1)],
            createdAt: now, expiresAt: now + platform.holdTTL)
        let start = ContinuousClock.now
        let word = try await scripts.word(platform.acquireCall(hold))
        let latency = ContinuousClock.now - start
        guard word == "ok" else { throw UnexpectedReply(script: .acquire, text: word) }
        return (latency, hold)
    }
}
