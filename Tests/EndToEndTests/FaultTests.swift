import Foundation
import TestPlatform
import TestServers
import Testing

/// A run that loses a server, its time or its life leaves a state that is no worse, says so, and the next run completes
/// it (design section 6.4).
@Suite(.postgres) struct FaultTests {
    static let rebuild = ["rebuild", "--holds", "rebuild", "--traffic", "stopped", "--execute"]

    @Test func killedAtAnyMoment() async throws {
        for delay in [0, 20, 60] {
            try await withPlatform { platform, program in
                try await platform.loseLargeEvent()
                let run = try await program.run(Self.rebuild) { pid in
                    try await platform.waitForFirstWrite()
                    try await Task.sleep(for: .milliseconds(delay))
                    kill(pid, SIGKILL)
                }
                #expect(run.status == 137)
                try await platform.expectNoSeatTooMany()
                // The lease of the dead run is still there; a new run must not wait for it in this test.
                try await platform.redis.command("DEL", platform.leaseKey)
                try await expectCompletion(on: platform, program)
            }
        }
    }

    @Test func redisDiesUnderTheRun() async throws {
        try await withPlatform { platform, program in
            try await platform.loseLargeEvent()
            let start = ContinuousClock.now
            let run = try await program.run(Self.rebuild) { _ in
                try await platform.waitForFirstWrite()
                kill(platform.redis.pid, SIGKILL)
            }
            #expect(run.status & 1 == 1)
            #expect(run.message.contains("connection to Redis"))
            #expect(.now - start < .seconds(30))
        }
    }

    @Test func redisIsFlushedUnderTheRun() async throws {
        try await withPlatform { platform, program in
            try await platform.loseLargeEvent(events: 8000)
            let run = try await program.run(Self.rebuild) { _ in
                try await platform.waitForFirstWrite()
                try await platform.redis.flushAll()
            }
            #expect(run.status & 17 != 0)
            #expect(run.message.contains("flushed") || run.message.contains("lease"), "\(run.message)")
            try await expectCompletion(on: platform, program)
        }
    }

    @Test func postgresEndsTheSession() async throws {
        try await withPlatform { platform, program in
            try await platform.loseLargeEvent(events: 3)
            async let lock = platform.sql("BEGIN; LOCK TABLE orders; SELECT pg_sleep(4)")
            try await platform.waitForLock()
            let run = try await program.run(Self.rebuild) { _ in
                let pid = try await platform.waitForBackend(waitingFor: "Lock")
                try await platform.sql("SELECT pg_terminate_backend(\(pid))")
            }
            #expect(run.status & 1 == 1)
            #expect(run.message.contains("PostgreSQL"))
            try await platform.expectNoSeatTooMany()
            _ = try await lock
            try await expectCompletion(on: platform, program)
        }
    }

    @Test func postgresNeverAnswers() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            async let lock = platform.sql("BEGIN; LOCK TABLE orders; SELECT pg_sleep(12)")
            try await platform.waitForLock()
            let run = try await program.run(["check", "--statement-timeout", "2"]) { _ in
                // A backend that is stopped while it waits cannot even end its statement when that is due.
                let pid = try await platform.waitForBackend(waitingFor: "Lock")
                kill(pid, SIGSTOP)
                try await Task.sleep(for: .seconds(8))
                kill(pid, SIGCONT)
            }
            #expect(run.status == 1)
            #expect(run.message.contains("no answer for 7"), "\(run.message)")
            #expect(run.message.split(separator: "\n").count == 1)
            _ = try await lock
        }
    }

    @Test func stoppedForLongerThanItsLeaseItWritesNothingMore() async throws {
        try await withPlatform { platform, program in
            try await platform.loseLargeEvent(events: 8000)
            let run = try await program.run(Self.rebuild + ["--lease-seconds", "1"]) { pid in
                try await platform.waitForFirstWrite()
                kill(pid, SIGSTOP)
                while try await platform.redis.command("EXISTS", platform.leaseKey) == "1" {
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(try await program.run(Self.rebuild).status == 0)
                let dump = try await platform.redis.dumpAll()
                kill(pid, SIGCONT)
                try await platform.waitForEnd(of: pid)
                #expect(try await platform.redis.dumpAll() == dump)
            }
            #expect(run.status & 16 == 16)
            #expect(run.message.contains("lease"))
            try await expectAgreement(on: platform)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM]) func aSignalEndsTheRunAtAWholeStep(_ number: Int32) async throws {
        try await withPlatform { platform, program in
            try await platform.loseLargeEvent(events: 8000)
            let run = try await program.run(Self.rebuild + ["--format", "json"]) { pid in
                try await platform.waitForFirstWrite()
                kill(pid, number)
            }
            #expect(run.status & 8 == 8)
            #expect(try run.document().totals.applied > 0)
            #expect(try await platform.redis.command("EXISTS", platform.leaseKey) == "0")
            try await platform.expectNoSeatTooMany()
            try await expectCompletion(on: platform, program)
        }
    }

    @Test func aTimeLimitEndsTheRun() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let run = try await program("check", "--time-limit", "0.001")
            #expect(run.status == 8 || run.status == 40)
        }
    }

    private func expectCompletion(on platform: Platform, _ program: Program) async throws {
        #expect(try await program.run(Self.rebuild).status == 0)
        try await expectAgreement(on: platform)
        let dump = try await platform.redis.dumpAll()
        #expect(try await program.run(Self.rebuild).status == 0)
        #expect(try await platform.redis.dumpAll() == dump)
    }
}

extension Platform {
    /// Events with open orders in SQL and an empty Redis: 20,000 holds in one event, or three in each of `events`.
    fileprivate func loseLargeEvent(events: Int = 1) async throws {
        let holds = events == 1 ? 20_000 : 3
        try await sql(
            """
            INSERT INTO events (id) SELECT 'e' || e FROM generate_series(1, \(events)) AS e;
            INSERT INTO ticket_categories (id, event_id, quantity_total)
            SELECT 'c' || e, 'e' || e, 100000 FROM generate_series(1, \(events)) AS e;
            INSERT INTO orders (id, event_id, hold_token, status, expires_at)
            SELECT 'o' || e || '-' || n, 'e' || e, 't' || e || '-' || n, 'pending_payment', now() + interval '1 hour'
            FROM generate_series(1, \(events)) AS e, generate_series(1, \(holds)) AS n;
            INSERT INTO order_items (order_id, category_id, quantity)
            SELECT 'o' || e || '-' || n, 'c' || e, 2
            FROM generate_series(1, \(events)) AS e, generate_series(1, \(holds)) AS n;
            """)
    }

    fileprivate func waitForFirstWrite() async throws {
        while try await redis.command("EXISTS", leaseKey) == "0" { try await Task.sleep(for: .milliseconds(5)) }
    }

    fileprivate func waitForLock() async throws {
        while try await sql(
            """
            SELECT count(*) FROM pg_locks
            WHERE relation = 'orders'::regclass AND mode = 'AccessExclusiveLock' AND granted
            """) != "1"
        {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    fileprivate func waitForBackend(waitingFor event: String) async throws -> pid_t {
        while true {
            let text = try await sql(
                """
                SELECT pid FROM pg_stat_activity
                WHERE application_name = 'hold-reconciler' AND datname = current_database()
                    AND wait_event_type = '\(event)'
                LIMIT 1
                """)
            if let pid = pid_t(text) { return pid }
        }
    }

    fileprivate func waitForEnd(of pid: pid_t) async throws {
        while kill(pid, 0) == 0,
            try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8).contains(") Z") == false
        {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// No category offers more than SQL leaves: total, less sold, less open orders.
    fileprivate func expectNoSeatTooMany() async throws {
        let rows = try await sql(
            """
            SELECT c.event_id, c.id, c.quantity_total - c.quantity_sold - coalesce(sum(i.quantity), 0)
            FROM ticket_categories AS c LEFT JOIN order_items AS i ON i.category_id = c.id
            GROUP BY c.event_id, c.id, c.quantity_total, c.quantity_sold LIMIT 50
            """)
        for row in rows.split(separator: "\n") {
            let cells = row.split(separator: "|").map(String.init)
            let available =
                try await inventory(event: cells[0], category: cells[1])["available"].flatMap { Int($0) } ?? 0
            #expect(available <= Int(cells[2]) ?? 0, "\(row)")
        }
    }
}
