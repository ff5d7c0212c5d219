import HoldModel
import PostgresSource
import TestServers
import Testing

@Suite("a standby", .postgres)
struct StandbyTests {
    @Test("a hot standby serves pages, with the WAL position that it has replayed")
    func hotStandbyServesPages() async throws {
        let database = try await TicketsDatabase.create(
            sql: """
                INSERT INTO events (id) VALUES ('e');
                INSERT INTO ticket_categories (id, event_id, quantity_total) VALUES ('c', 'e', 9);
                """)
        try await database.server.withHotStandby { standby in
            try await standby.waitForReplay(of: database.server)
            let settings = TicketsDatabase(server: standby, name: database.name, schema: database.schema).settings
            try await PostgresSource.withSource(settings) { source in
                let facts = try await source.serverFacts()
                #expect(facts.isStandby)
                #expect(facts.isReadOnly)
                let page = try await source.snapshot(of: [EventID("e")], tokens: [[HoldToken("t")]])
                #expect(page.events.first?.categories.map(\.total) == [9])
                let lsn = try #require(page.clock.lsn)
                #expect(try await standby.psql(sql: "SELECT '\(lsn)'::pg_lsn <= pg_last_wal_replay_lsn()") == "t")
            }
        }
    }

    @Test("a hot standby is refused where only a primary will do, and tells how far it has come")
    func isRefusedWherePrimaryIsNeeded() async throws {
        let database = try await TicketsDatabase.create()
        try await database.server.withHotStandby { standby in
            try await standby.waitForReplay(of: database.server)
            var settings = TicketsDatabase(server: standby, name: database.name, schema: database.schema).settings
            try await PostgresSource.withSource(settings) { source in
                let replay = try #require(try await source.replay())
                #expect(source.readsStandby)
                #expect(replay.bytesBehind != nil)
                #expect(replay.primary != nil)
                #expect(!replay.isPaused)
            }
            settings.needsPrimary = true
            let error = await #expect(throws: PostgresError.self) {
                try await PostgresSource.withSource(settings) { try await $0.eventCount() }
            }
            #expect(error?.description.contains("is a hot standby") == true)
            try await database.withSource { source in
                let replay = try await source.replay()
                #expect(replay == nil)
                #expect(!source.readsStandby)
            }
        }
    }
}
