import TestPlatform
import TestServers
import Testing

/// How much a repair may change, and what becomes of one that would change more.
@Suite(.postgres) struct LimitTests {
    private static let repair = ["rebuild", "--holds", "rebuild", "--execute", "--release-after", "0"]

    /// Adds events of one category of 100 seats; of some of them Redis keeps five seats for nobody.
    private func addEvents(leaking: Int, healthy: Int, to platform: Platform) async throws {
        try await platform.sql(
            """
            INSERT INTO events (id) SELECT 'e' || n FROM generate_series(1, \(leaking + healthy)) AS n;
            INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold)
            SELECT 'e' || n || '-a', 'e' || n, 100, 0 FROM generate_series(1, \(leaking + healthy)) AS n;
            """)
        for number in 1...leaking + healthy { try await leak(number <= leaking ? 5 : 0, from: number, platform) }
    }

    private func leak(_ seats: Int, from number: Int, _ platform: Platform) async throws {
        try await platform.redis.command(
            "HSET", platform.inventoryKey(event: "e\(number)", category: "e\(number)-a"), "total", "100", "sold", "0",
            "pending", "\(seats)", "available", "\(100 - seats)", "version", "3")
    }

    private func leaks(_ platform: Platform, of events: Int) async throws -> Int {
        var left = 0
        for number in 1...events {
            let fields = try await platform.inventory(event: "e\(number)", category: "e\(number)-a")
            if fields["pending"] != "0" { left += 1 }
        }
        return left
    }

    @Test(arguments: ["live", "stopped"])
    func moreThanHalfOfThePlatformIsNotChangedUnasked(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await addEvents(leaking: 26, healthy: 24, to: platform)
            let repair = Self.repair + ["--traffic", traffic]
            let dump = try await platform.redis.dumpAll()
            for agreed in [[], ["--yes-change", "20"], ["--force"]] {
                let stopped = try await program.report(repair + agreed)
                #expect(stopped.exitStatus == 2 + 8)
                #expect(stopped.drift.count == 26)
                #expect(
                    stopped.stoppedBecause?.contains("26 of the 50 events that Redis serves would be changed") == true)
                #expect(stopped.stoppedBecause?.contains("give --yes-change 26") == true)
                #expect(try await platform.redis.dumpAll() == dump)
            }
            #expect(try await program.report(repair + ["--yes-change", "24"]).exitStatus == 0)
            #expect(try await leaks(platform, of: 50) == 0)
            try await expectAgreement(on: platform)
        }
    }

    /// SQL may have more events than Redis; and each shard sees some of them.
    @Test func whatIsNotServedDoesNotMakeHalfMore() async throws {
        try await withPlatform { platform, program in
            try await addEvents(leaking: 60, healthy: 0, to: platform)
            try await platform.sql(
                """
                INSERT INTO events (id) SELECT 'x' || n FROM generate_series(1, 90) AS n;
                INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold)
                SELECT 'x' || n || '-a', 'x' || n, 100, 0 FROM generate_series(1, 90) AS n;
                """)
            let dump = try await platform.redis.dumpAll()
            #expect(try await program.report(Self.repair).exitStatus == 2 + 8)
            for shard in 0..<4 {
                #expect(try await program.report(Self.repair + ["--shard", "\(shard)/4"]).exitStatus == 2 + 8)
            }
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    @Test func halfOfItIsChangedAndSoIsAHandful() async throws {
        try await withPlatform { platform, program in
            try await addEvents(leaking: 21, healthy: 21, to: platform)
            #expect(try await program.report(Self.repair).exitStatus == 0)
            #expect(try await leaks(platform, of: 42) == 0)
        }
        try await withPlatform { platform, program in
            try await addEvents(leaking: 20, healthy: 0, to: platform)
            #expect(try await program.report(Self.repair).exitStatus == 0)
            #expect(try await leaks(platform, of: 20) == 0)
        }
    }

    /// What Redis serves is in no event of this database.
    @Test func anotherPlatformsDatabaseIsNotWrittenToRedis() async throws {
        try await withPlatform { platform, program in
            try await addEvents(leaking: 30, healthy: 0, to: platform)
            try await platform.sql("UPDATE ticket_categories SET id = 'x' || id")
            let dump = try await platform.redis.dumpAll()
            let stopped = try await program.report(Self.repair)
            #expect(stopped.exitStatus == 2 + 8)
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    /// Few as its events are: holds of the events that it does not know would be released.
    @Test func aSmallDatabaseOfAnotherPlatformEndsNoHold() async throws {
        try await withPlatform { platform, program in
            try await addEvents(leaking: 0, healthy: 12, to: platform)
            let held = try await platform.acquire("paying", event: "e1", [Seats("e1-a", 2)], at: Clock.now() - 900)
            try await platform.claim(held, at: Clock.now() - 800)
            try await platform.sql(
                """
                DELETE FROM ticket_categories; DELETE FROM events;
                INSERT INTO events (id) VALUES ('other');
                INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold) VALUES ('o', 'other', 9, 0);
                """)
            let dump = try await platform.redis.dumpAll()
            let stopped = try await program.report(Self.repair)
            #expect(stopped.exitStatus == 2 + 8)
            #expect(stopped.stoppedBecause?.contains("no category for 12 of the 12 inventory hashes") == true)
            #expect(stopped.next == "hold-reconciler doctor")
            #expect(try await platform.redis.dumpAll() == dump)
            let rehearsal = try await program.report("rebuild", "--holds", "rebuild")
            #expect(rehearsal.warnings.contains { $0.hasPrefix("with --execute this will stop: SQL has no category") })
            let doctor = try await program("doctor")
            #expect(doctor.output.contains("none of the first categories' inventory"))
        }
    }

    @Test func aRehearsalSaysWhatWillStopTheRepair() async throws {
        try await withPlatform { platform, program in
            try await addEvents(leaking: 26, healthy: 4, to: platform)
            let whole = try await program.report("rebuild", "--holds", "rebuild", "--max-seats", "7")
            #expect(whole.exitStatus == 2)
            #expect(whole.warnings.contains { $0.contains("will stop: 26 of the 30 events") })
            #expect(whole.warnings.contains { $0.contains("will stop: --max-seats is reached: event") })
            #expect(try await program.report("check").warnings.isEmpty)
        }
    }

    @Test(
        arguments: [("--max-events", "3"), ("--max-seats", "17")],
        [[], ["--event", "e1", "--event", "e2", "--event", "e3", "--event", "e4"]])
    func aRunStopsBeforeTheEventThatIsTooMuch(_ limit: (String, String), _ events: [String]) async throws {
        let (option, limit) = limit
        try await withPlatform { platform, program in
            try await addEvents(leaking: 10, healthy: 0, to: platform)
            let stopped = try await program.report(Self.repair + [option, limit] + events)
            #expect(stopped.exitStatus & 8 == 8 && stopped.exitStatus & 1 == 0)
            #expect(stopped.stoppedBecause?.contains("\(option) is reached") == true)
            #expect(try await leaks(platform, of: 10) == 7)
            #expect(try await Judge().count(platform).tooManyOnSale.isEmpty)
            #expect(try await program.report(Self.repair).exitStatus == 0)
            #expect(try await leaks(platform, of: 10) == 0)
        }
    }

    @Test func aCategoryThatWouldChangeTooMuchIsLeft() async throws {
        try await withPlatform { platform, program in
            try await addEvents(leaking: 3, healthy: 0, to: platform)
            #expect(try await program.report(Self.repair + ["--max-percent", "5"]).exitStatus == 0)
            try await leak(6, from: 2, platform)
            let stopped = try await program.report(Self.repair + ["--max-percent", "5"])
            #expect(stopped.exitStatus & 8 == 8)
            let words = "category e2-a of event e2 would have 6 of its 100 seats put on sale"
            #expect(stopped.stoppedBecause?.contains(words) == true)
            #expect(try await leaks(platform, of: 3) == 1)
        }
    }

    /// Members go ahead of their holds by the thousand where nothing is limited.
    @Test func whatALimitForbidsLeavesNoIndexMember() async throws {
        try await withPlatform { platform, program in
            try await addEvents(leaking: 30, healthy: 0, to: platform)
            try await platform.sql(
                """
                INSERT INTO orders (id, event_id, hold_token, status, created_at, expires_at)
                SELECT 'o' || n, 'e' || 1 + n % 30, 't' || n, 'pending_payment', now(), now() + interval '1 hour'
                FROM generate_series(1, 1500) AS n;
                INSERT INTO order_items SELECT 'o' || n, 'e' || 1 + n % 30 || '-a', 1 FROM generate_series(1, 1500) AS n;
                """)
            try await platform.redis.flushAll()
            let stopped = try await program.report(Self.repair + ["--traffic", "stopped", "--max-events", "2"])
            #expect(stopped.exitStatus & 8 == 8)
            #expect(try await platform.redis.command("ZCARD", platform.indexKey) == "100")
            #expect(try await program.report(Self.repair).exitStatus == 0)
            try await expectAgreement(on: platform)
        }
    }

    @Test(arguments: ["live", "stopped"])
    func anEmptiedRedisIsWrittenAsFarAsTheLimitGoes(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await addEvents(leaking: 30, healthy: 0, to: platform)
            try await platform.redis.flushAll()
            let repair = Self.repair + ["--traffic", traffic]
            let stopped = try await program.report(repair + ["--max-events", "4"])
            #expect(stopped.exitStatus & 8 == 8)
            #expect(try await platform.redis.command("EVAL", "return #redis.call('KEYS', '*inventory*')", "0") == "4")
            // What is lacking is completed unasked.
            #expect(try await program.report(repair).exitStatus == 0)
            try await expectAgreement(on: platform)
        }
    }
}
