import HoldModel
import TestRandom
import TestServers
import Testing

@testable import RedisStore

/// Runs that come, stay, go, are killed and are held up, in any order: at no moment may two of them write that must not.
@Suite struct LeaseScheduleTests {
    static let parts = ["0/1", "0/2", "1/2", "0/3", "1/3", "2/3"]

    @Test func whoeverMayWriteMayWriteBesideTheOthers() async throws {
        try await LeaseBench.with { bench in
            var random = SeededRandom(named: "leases")
            var schedule = LeaseSchedule(bench: bench)
            for step in 1...600 {
                let deed = try await schedule.step(&random)
                let writers = try await schedule.writers()
                let counts = Set(try writers.map { try #require(Shard($0)).count })
                #expect(counts.count <= 1, "step \(step), \(deed): \(writers) at once")
                for part in writers where part != "0/1" {
                    let ends = try await (
                        bench.expiry(ofCommon: true, part), bench.expiry(ofCommon: false, part)
                    )
                    #expect(ends.0 >= ends.1, "step \(step), \(deed): the common lease ends before that of \(part)")
                }
            }
            // A schedule in which nobody came or everybody was alone would show nothing.
            #expect(schedule.taken > 20)
            #expect(schedule.refused > 20)
            #expect(schedule.together > 5)
        }
    }
}

/// One step after another, with the time that passes between them: in minutes, beside which the test's own time is nothing.
private struct LeaseSchedule {
    let bench: LeaseBench
    private var runs: [String: Lease] = [:]
    private var names = 0
    var taken = 0
    var refused = 0
    var together = 0

    init(bench: LeaseBench) {
        self.bench = bench
    }

    /// - Returns: what happened, for a failure's message.
    mutating func step(_ random: inout SeededRandom) async throws -> String {
        let part = LeaseScheduleTests.parts.randomElement(using: &random) ?? "0/1"
        switch Int.random(in: 0..<10, using: &random) {
        case 0...4:
            names += 1
            let life = Int.random(in: 20...90, using: &random)
            let run = try bench.lease(part, name: "run-\(names)", life: .seconds(60 * life))
            do {
                _ = try await run.owner()
                // Whoever had this part before was killed, or held up beyond its lease.
                runs[part] = run
                taken += 1
            } catch is LeaseLoss {
                refused += 1
            }
            return "\(part) comes with \(life) min"
        case 5...6:
            try await runs[part]?.renew()
            return "\(part) renews"
        case 7:
            try await runs[part]?.giveBack()
            runs[part] = nil
            return "\(part) goes"
        default:
            let minutes = Int.random(in: 1...30, using: &random)
            try await pass(minutes: minutes)
            return "\(minutes) min pass"
        }
    }

    /// The parts whose lease is there, so that a script of theirs would write.
    mutating func writers() async throws -> [String] {
        var writers: [String] = []
        for part in LeaseScheduleTests.parts {
            guard let owner = try await bench.owner(of: part), owner.hasPrefix("run-") else { continue }
            writers.append(part)
        }
        if writers.count > 1 { together += 1 }
        return writers
    }

    /// Brings every lease as much closer to its end, at one instant.
    private func pass(minutes: Int) async throws {
        let script = """
            for _, key in ipairs(redis.call('KEYS', '*hold-reconciler:lease*')) do
              redis.call('PEXPIREAT', key, redis.call('PEXPIRETIME', key) - \(minutes * 60_000))
            end
            """
        try await bench.redis.send("EVAL", script, "0")
    }
}
