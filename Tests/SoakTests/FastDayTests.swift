import Foundation
import TestPlatform
import TestRandom
import TestServers
import TestTraffic
import Testing

/// A worker's day in fast motion: schedules of seconds beside a platform that sells and loses seats.
@Suite(.postgres) struct FastDayTests {
    /// Between two rebuilds, in seconds.
    private static let interval = 3
    private static let arguments = [
        "--check-every", "5", "--purge-every", "2", "--rebuild-every", String(interval), "--execute", "--release-after",
        "1", "--claim-grace", "1",
    ]

    private static var options: TrafficOptions {
        var options = TrafficOptions()
        options.clients = 4
        options.faults = [.ttlRace: 6, .lostClaim: 6, .lostFinalize: 6, .failedRollback: 6, .abandonedCheckout: 6]
        return options
    }

    @Test func leakedSeatsComeBackWithinAnIntervalAndNothingGrows() async throws {
        let random = SeededRandom(named: "fast day")
        let seconds = ProcessInfo.processInfo.environment["DAY_SECONDS"].flatMap { Double($0) } ?? 18
        try await withPlatform { platform, program in
            let events = TrafficEvents.make(20)
            try await platform.add(events)
            let options = Self.options
            let books = SeatBooks(events)
            let traffic = Traffic(on: platform, events: events, books: books, options: options, random: random)
            let end = try await program.worker(Self.arguments) { worker in
                let diary = RunDiary(worker)
                let use = try await diary.keep {
                    let use = try await traffic.run {
                        try await day(of: worker, diary, on: platform, seconds: seconds)
                    }
                    // What was lost last is over by then, and one more rebuild has seen it at rest.
                    try await diary.awaitRebuild(startedAfter: .now + .seconds(options.lostClaimLife + 2))
                    return use
                }
                use.expectFlat(besides: diary.holds)
                try await diary.expectHealth(books)
                try await expectAgreement(on: platform)
                print("fast day: \(diary.summary); \(use)")
            }
            #expect(end.status == 0, "\(end.message)")
            #expect(try await books.disagreements(with: platform) == [])
        }
    }

    /// Leaks seats of an event of its own, one time after the other, and waits until they are back.
    private func day(
        of worker: WorkerProcess, _ diary: RunDiary, on platform: Platform, seconds: Double
    ) async throws -> ResourceUse {
        var use = ResourceUse(pid: worker.pid)
        let end = ContinuousClock.now + .seconds(seconds)
        var number = 0
        var leaks = 0
        repeat {
            number += 1
            // Its healthy holds outlive the day: they are not among what is lost.
            let leak = try await Fault.ttlRace.inject(
                into: platform, event: "leak \(number)", life: Int(seconds) + platform.holdTTL)
            // The traffic's cleaner, or the worker's purge, may have met the hold before its hash was lost.
            guard try await !isHealed(leak, on: platform) else { continue }
            diary.expect(leak)
            leaks += 1
            let start = ContinuousClock.now
            _ = try await worker.wait(for: "the seats of leak \(number)") {
                try await isHealed(leak, on: platform) ? true : nil
            }
            // The interval with its jitter and the second between the two looks; and what runs take beside the traffic on
            // this machine: one that began too early, one of each other job, and the one that gives them back.
            let runs = try 4 * diary.longestRun()
            #expect(.now - start < .seconds(Double(Self.interval) * 1.1 + 1 + max(runs, 3)))
            try await use.sample(worker)
        } while .now < end
        #expect(leaks > 0)
        return use
    }

    private func isHealed(_ leak: Injection, on platform: Platform) async throws -> Bool {
        for (category, counts) in leak.expected {
            let fields = try await platform.inventory(event: leak.event, category: category)
            guard fields["pending"] == String(counts.pending) else { return false }
        }
        return true
    }
}
