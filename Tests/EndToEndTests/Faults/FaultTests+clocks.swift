import TestPlatform
import TestServers
import Testing

/// A clock that is wrong: nothing goes back on sale until it is right.
extension FaultTests {
    @Test(arguments: [100, -100]) func redisHasAnotherTime(_ seconds: Int) async throws {
        try await withTemporaryFolder("clock") { folder in
            let clock = try ShiftedClock(in: folder, seconds: seconds)
            var options = RedisServerOptions.forFaults
            options.clock = clock
            try await expectNothingOnSale(redis: options, until: clock)
        }
    }

    @Test(arguments: [100, -100]) func postgresHasAnotherTime(_ seconds: Int) async throws {
        try await withTemporaryFolder("clock") { folder in
            let clock = try ShiftedClock(in: folder, seconds: seconds)
            try await PostgresServer.withServer(PostgresServerOptions(clock: clock), isOneOfMany: true) { postgres in
                try await PostgresServer.$current.withValue(postgres) {
                    try await expectNothingOnSale(redis: .forFaults, until: clock)
                }
            }
        }
    }

    @Test func thisMachineHasAnotherTime() async throws {
        try await withTemporaryFolder("clock") { folder in
            let clock = try ShiftedClock(in: folder, seconds: 100)
            try await expectNothingOnSale(redis: .forFaults, until: clock, environment: clock.environment)
        }
    }

    private func expectNothingOnSale(
        redis options: RedisServerOptions, until clock: ShiftedClock, environment: [String: String?] = [:]
    ) async throws {
        try await withPlatform(redis: options) { platform, program in
            // Seats that leaked, seats of a hold whose time is over by every clock, and seats that are sold in SQL only.
            let faults: [Fault] = [.ttlRace, .expiredHold, .closedOrder, .staleSold]
            var injections: [Injection] = []
            for fault in faults { injections.append(try await fault.inject(into: platform, event: fault.rawValue)) }
            let before = try await available(platform, injections)
            let aftermath = try await Aftermath(of: platform, program)

            let check = try await program.run(["check"], environment: environment)
            #expect(check.status == 2)
            for fault in faults { #expect(check.output.contains(fault.rawValue)) }
            let live = ["rebuild", "--holds", "rebuild", "--execute", "--release-after", "0.1"]
            for (arguments, status) in [(Self.rebuild, 4), (live, 4), (["purge", "--stale", "--execute"], 2)] {
                let run = try await program.run(arguments, environment: environment)
                #expect(run.status == Int32(status))
                #expect(run.output.contains("the clocks lie 10"))
                #expect(run.output.contains("nothing was put back on sale"))
                for (category, seats) in try await available(platform, injections) {
                    #expect(seats <= before[category] ?? 0, "\(category)")
                }
                try await aftermath.expectNoWorse()
            }
            try clock.set(seconds: 0)
            try await aftermath.expectCompletion()
        }
    }

    private func available(_ platform: Platform, _ injections: [Injection]) async throws -> [String: Int] {
        var seats: [String: Int] = [:]
        for injection in injections {
            for (category, fields) in try await platform.inventory(of: injection) {
                seats[category] = fields["available"].flatMap { Int($0) }
            }
        }
        return seats
    }
}
