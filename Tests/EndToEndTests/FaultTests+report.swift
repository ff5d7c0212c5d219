import LuaScripts
import TestPlatform
import TestServers
import Testing

/// What a run that an error ended tells of what it had written, and of what was on its way (design section 6.7).
extension FaultTests {
    private static let json = rebuild + ["--format", "json"]

    enum Cut: CaseIterable {
        case inTheReply
        case beforeTheCall
    }

    /// Each event is a transaction of its own, and the connection ends at the second.
    @Test(arguments: Cut.allCases) func whatWasWrittenBeforeTheConnectionEndedIsTold(_ cut: Cut) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.loseEvents(3, holds: 12)
            let aftermath = try await Aftermath(of: platform, program)
            let breakpoint = Breakpoint(cut == .inTheReply ? .inReply(bytes: 5) : .before, 2) {
                $0.appliesPlans
            }
            let run = try await program.run(Self.json + TornEvent.budget, to: breakpoint) { _, _ in breakpoint.drop() }
            #expect(breakpoint.isMet)
            #expect(run.status == 1)
            let told = try run.document()
            // Which two are first is not said: transactions go over connections of their own.
            let (applied, unknown) = (Set(told.events("applied")), Set(told.events("unknown")))
            let written = Set(try await platform.eventsInRedis())
            #expect(applied.count == 1)
            #expect(written.count == (cut == .inTheReply ? 2 : 1))
            #expect(applied.isSubset(of: written))
            #expect(!unknown.isEmpty && written.subtracting(applied).isSubset(of: unknown))
            #expect(unknown.isDisjoint(with: applied))
            // Twelve holds and one category each; of what was certainly not sent nothing is told.
            let events = 1 + unknown.count
            #expect(told.findings.count == events * 13)
            let total = Document.CauseTotal(count: events * 13, seats: events * (12 * 2 + 100))
            #expect(told.totals.byCause == ["lost-hash": total])
            #expect(
                told.totals.applied == 1 && told.totals.unknown == unknown.count && told.totals.verified == 0)
            try await aftermath.expectNoWorse()
            try await aftermath.expectCompletion()
        }
    }

    @Test func theTableTellsItAsWell() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.loseEvents(2, holds: 12)
            let breakpoint = Breakpoint(.inReply(bytes: 5), 2) { $0.appliesPlans }
            let run = try await program.run(Self.rebuild + TornEvent.budget, to: breakpoint) { _, _ in }
            #expect(run.status == 1)
            let lines = run.output.split(separator: "\n")
            #expect(lines.count { $0.hasSuffix("  applied") } == 13)
            #expect(lines.count { $0.hasSuffix("  unknown") } == 13)
            #expect(run.output.contains(" 1 applied (0 looked at again and right), "))
            #expect(run.output.contains(", 1 unknown\n"))
        }
    }

    /// What another run's lease keeps from writing has certainly written nothing.
    @Test func whatWasWrittenBeforeTheLeaseWasLostIsTold() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.loseEvents(3, holds: 12)
            let breakpoint = Breakpoint(.after, 1) { $0.appliesPlans }
            let run = try await program.run(Self.json + TornEvent.budget, to: breakpoint) { _, _ in
                try await platform.redis.command("SET", platform.leaseKey, "another")
            }
            #expect(run.status == 16)
            let told = try run.document()
            // Two may have been on their way; the third asks whose lease it is when another has it.
            let applied = told.events("applied")
            #expect((1...2).contains(applied.count))
            #expect(try await platform.eventsInRedis() == applied)
            #expect(told.findings.allSatisfy { $0.outcome == "applied" })
            #expect(told.totals.applied == applied.count && told.totals.unknown == 0)
        }
    }

    /// While one page is written, SQL is read for those behind it; what ends there takes nothing of the others' account.
    @Test func whatOtherPagesWroteIsToldWhereOneCannotBeRead() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.loseEvents(2100, holds: 1)
            let breakpoint = Breakpoint(.before, 1) { $0.appliesPlans }
            let run = try await program.run(Self.json + ["--max-findings", "9999"], to: breakpoint) { _, _ in
                try await platform.sql(
                    """
                    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                    WHERE application_name = 'hold-reconciler' AND datname = current_database()
                    """)
            }
            #expect(run.status == 1)
            run.expectClear("PostgreSQL")
            let told = try run.document()
            let written = try await platform.eventsInRedis()
            #expect(!written.isEmpty)
            #expect(told.events("applied") == written)
            #expect(told.totals.applied == written.count)
        }
    }

    @Test func aRunThatCannotGiveItsLeaseBackTellsWhatItDid() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.loseEvents(3, holds: 12)
            let breakpoint = Breakpoint(.inReply(bytes: 5), 1) { $0.luaScript == .yield }
            let run = try await program.run(Self.json, to: breakpoint) { _, _ in }
            #expect(breakpoint.isMet)
            #expect(run.status == 1)
            let told = try run.document()
            #expect(told.events("applied") == ["e1", "e2", "e3"])
            #expect(told.totals.verified == 3)
        }
    }

    /// An event that goes in slices: those that were answered, those on their way, and those that were never sent.
    @Test(arguments: [2, 5, 8]) func whatWasWrittenOfALargeEventIsTold(_ number: Int) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            let event = TornEvent(platform: platform)
            try await event.add()
            let breakpoint = Breakpoint(.inReply(bytes: 5), number) { $0.appliesPlans }
            let run = try await program.run(Self.json + TornEvent.budget, to: breakpoint) { _, _ in }
            #expect(breakpoint.isMet)
            #expect(run.status == 1)
            let told = try run.document()
            #expect(told.totals.applied == 0 && told.totals.unknown == 1)
            let written = try await event.written()
            let applied = told.places("applied")
            #expect(!applied.isEmpty)
            #expect(applied.isSubset(of: written))
            #expect(written.subtracting(applied).isSubset(of: told.places("unknown")))
            #expect(!told.places("unknown").isDisjoint(with: written))
        }
    }

    @Test func whatAPurgeReleasedAndRemovedIsTold() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            for event in ["a", "b", "c"] {
                _ = try await Fault.expiredHold.inject(into: platform, event: event)
                try await platform.redis.command("ZADD", platform.indexKey, "1", "nobody-\(event)")
            }
            let breakpoint = Breakpoint(.inReply(bytes: 5), 2) { $0.luaScript == .release }
            let run = try await program.run(
                ["purge", "--stale", "--execute", "--format", "json"], to: breakpoint
            ) { _, _ in }
            #expect(breakpoint.isMet)
            #expect(run.status == 1)
            let told = try run.document()
            let released = told.findings.filter { $0.cause == "expired-hold" }
            #expect(released.map(\.outcome).sorted() == ["applied", "unknown", "unknown"])
            #expect(
                told.findings.filter { $0.cause == "orphan-member" }.map(\.outcome) == [
                    "applied", "applied", "applied",
                ])
        }
    }

    @Test(arguments: [LuaScript.apply, .unlink]) func whatBelongsToNoEventIsTold(_ script: LuaScript) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.addHealthyEvents()
            if script == .unlink {
                try await platform.redis.command("DEL", platform.indexKey)
                try await platform.redis.command("SET", platform.indexKey, "text")
            } else {
                for stray in ["x", "y"] { try await platform.redis.command("ZADD", platform.indexKey, "1", stray) }
            }
            let breakpoint = Breakpoint(.inReply(bytes: 5), 1) { $0.luaScript == script }
            let run = try await program.run(Self.json, to: breakpoint) { _, _ in }
            #expect(breakpoint.isMet)
            #expect(run.status == 1)
            let told = try run.document().findings
            #expect(Set(told.map(\.outcome)) == ["unknown"])
            #expect(told.map(\.hold) == (script == .unlink ? [nil] : ["x", "y"]))
        }
    }
}

extension Document {
    fileprivate func events(_ outcome: String) -> [String] {
        Set(findings.filter { $0.outcome == outcome }.compactMap(\.event)).sorted()
    }

    /// Holds, and categories where no hold is named.
    fileprivate func places(_ outcome: String) -> Set<String> {
        Set(findings.filter { $0.outcome == outcome }.compactMap { $0.hold ?? $0.category })
    }
}

extension Platform {
    /// Events `e1`, `e2`, … with open orders in SQL, and nothing of them in Redis.
    func loseEvents(_ count: Int, holds: Int) async throws {
        try await sql(
            """
            INSERT INTO events (id) SELECT 'e' || e FROM generate_series(1, \(count)) AS e;
            INSERT INTO ticket_categories (id, event_id, quantity_total)
            SELECT 'c' || e, 'e' || e, 100 FROM generate_series(1, \(count)) AS e;
            INSERT INTO orders (id, event_id, hold_token, status, expires_at)
            SELECT 'o' || e || '-' || h, 'e' || e, 't' || e || '-' || h, 'pending_payment', now() + interval '1 hour'
            FROM generate_series(1, \(count)) AS e, generate_series(1, \(holds)) AS h;
            INSERT INTO order_items (order_id, category_id, quantity)
            SELECT 'o' || e || '-' || h, 'c' || e, 2
            FROM generate_series(1, \(count)) AS e, generate_series(1, \(holds)) AS h;
            """)
    }

    /// Those whose inventory is there.
    fileprivate func eventsInRedis() async throws -> [String] {
        try await redis.command("KEYS", inventoryKeyPrefix + "*").split(separator: "\n")
            .map { String($0.dropFirst(inventoryKeyPrefix.count).prefix { $0 != ":" }) }.sorted()
    }
}
