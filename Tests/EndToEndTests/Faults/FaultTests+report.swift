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

    /// The inventories of all events are a transaction, and then each event's holds; the connection ends at one of them.
    @Test(arguments: Cut.allCases, [1, 2, 3, 4])
    func whatWasWrittenBeforeTheConnectionEndedIsTold(_ cut: Cut, _ number: Int) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.loseEvents(3, holds: 12)
            let aftermath = try await Aftermath(of: platform, program)
            let breakpoint = Breakpoint(cut == .inTheReply ? .inReply(bytes: 5) : .before, number) {
                $0.appliesPlans
            }
            let run = try await program.run(Self.json + TornEvent.budget, to: breakpoint) { _, _ in breakpoint.drop() }
            #expect(breakpoint.isMet)
            #expect(run.status == 1)
            let told = try run.document()
            let (applied, unknown) = (told.places("applied"), told.places("unknown"))
            let written = try await platform.placesInRedis()
            #expect(written.isEmpty == (number == 1 && cut == .beforeTheCall))
            #expect(applied.isSubset(of: written))
            #expect(!unknown.isEmpty && written.subtracting(applied).isSubset(of: unknown))
            #expect(unknown.isDisjoint(with: applied))
            let inventories: Set = ["c1", "c2", "c3"]
            #expect((number == 1 ? unknown : applied).isSuperset(of: inventories))
            // What comes first is the inventories of all; of what was certainly not sent nothing is told.
            #expect(told.findings.count == applied.count + unknown.count)
            let (categories, holds) = (inventories.count, told.findings.count - inventories.count)
            #expect(holds % 12 == 0)
            let total = Document.CauseTotal(count: categories + holds, seats: categories * 100 + holds * 2)
            #expect(told.totals.byCause == ["lost-hash": total])
            let whole = (1...3).count { event in
                applied.isSuperset(of: (1...12).map { "t\(event)-\($0)" } + ["c\(event)"])
            }
            #expect(told.totals.applied == whole && told.totals.unknown == 3 - whole && told.totals.verified == 0)
            try await aftermath.expectNoWorse()
            try await aftermath.expectCompletion()
        }
    }

    @Test func theTableTellsItAsWell() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.loseEvents(1, holds: 12)
            let breakpoint = Breakpoint(.inReply(bytes: 5), 2) { $0.appliesPlans }
            let run = try await program.run(Self.rebuild + TornEvent.budget, to: breakpoint) { _, _ in }
            #expect(run.status == 1)
            // The tables of causes and of what they cost come behind that of the findings.
            let lines = run.output.split(separator: "\n").dropFirst().prefix { !$0.hasPrefix("cause ") }
            #expect(lines.count { $0.hasSuffix("  applied") } == 1)
            #expect(lines.count { $0.hasSuffix("  unknown") } == 12)
            #expect(run.output.contains(" 0 applied (0 looked at again and right), "))
            #expect(run.output.contains(", 1 unknown\n"))
        }
    }

    /// What another run's lease keeps from writing has certainly written nothing.
    @Test(arguments: [1, 2]) func whatWasWrittenBeforeTheLeaseWasLostIsTold(_ number: Int) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.loseEvents(3, holds: 12)
            let breakpoint = Breakpoint(.after, number) { $0.appliesPlans }
            let run = try await program.run(Self.json + TornEvent.budget, to: breakpoint) { _, _ in
                try await platform.redis.command("SET", platform.leaseKey, "another")
            }
            #expect(run.status == 16)
            let told = try run.document()
            let applied = told.places("applied")
            #expect(try await platform.placesInRedis() == applied)
            // The inventories, and the holds that were on their way when another took the lease: the third event asks whose it is.
            #expect(applied.isSuperset(of: ["c1", "c2", "c3"]))
            #expect((number == 1 ? [3] : [15, 27]).contains(applied.count))
            #expect(told.findings.allSatisfy { $0.outcome == "applied" })
            #expect(told.totals.applied == (applied.count - 3) / 12)
        }
    }

    /// While one page is written, SQL is read for those behind it; what ends there takes nothing of the others' account.
    @Test func whatOtherPagesWroteIsToldWhereOneCannotBeRead() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            // As many as take several snapshots, so that some are left to read when the first is written.
            try await platform.loseEvents(40_000, holds: 1)
            let breakpoint = Breakpoint(.before, 1) { $0.appliesPlans }
            let run = try await program.run(Self.json + ["--max-findings", "200000"], to: breakpoint) { _, _ in
                try await platform.sql(
                    """
                    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                    WHERE application_name = 'hold-reconciler' AND datname = current_database();
                    ALTER TABLE orders RENAME TO away;
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

    /// Tokens of the hold hashes and categories of the inventories that are there.
    fileprivate func placesInRedis() async throws -> Set<String> {
        let holds = try await redis.command("KEYS", holdKeyPrefix + "*").split(separator: "\n")
            .filter { $0 != indexKey }.map { String($0.dropFirst(holdKeyPrefix.count)) }
        let inventories = try await redis.command("KEYS", inventoryKeyPrefix + "*").split(separator: "\n")
            .map { String($0.split(separator: ":").last ?? "") }
        return Set(holds + inventories)
    }

    /// Those whose inventory is there.
    fileprivate func eventsInRedis() async throws -> [String] {
        try await redis.command("KEYS", inventoryKeyPrefix + "*").split(separator: "\n")
            .map { String($0.dropFirst(inventoryKeyPrefix.count).prefix { $0 != ":" }) }.sorted()
    }
}
