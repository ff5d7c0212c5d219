import HoldModel
import Output
import Reconciliation
import Reporting
import Testing

@testable import PostgresSource
@testable import RedisStore

@Suite("the doctor's sheet")
struct DoctorSheetTests {
    private let noon = Timestamp(milliseconds: 1_700_000_000_000)

    private func postgres(readOnly: Bool = true, encoding: String = "UTF8", database: String = "tickets")
        -> PostgresFacts
    {
        PostgresFacts(
            version: "15.2", encoding: encoding, database: database, role: "reader", isStandby: true,
            isReadOnly: readOnly, usesTLS: true, clock: SnapshotClock(time: noon, lsn: nil))
    }

    private func redis(version: String? = "7.0.1", role: String? = "master", policy: String? = "noeviction")
        -> RedisFacts
    {
        RedisFacts(
            version: version, role: role, runID: nil, isCluster: false, maxmemoryPolicy: policy, time: noon,
            lacks: version == nil ? ["Redis refuses INFO (NOPERM): it costs something"] : [])
    }

    @Test("of healthy servers is healthy, a line each")
    func isHealthy() {
        var sheet = DoctorSheet()
        sheet.add(postgres(), schema: [])
        sheet.add(redis(), indexType: "zset")
        sheet.add(ClockReading(time: noon, asked: noon.adding(seconds: 2), waited: 1), of: "postgres")
        sheet.add(ClockReading(time: noon, asked: noon, waited: 3), of: "redis")
        #expect(sheet.isHealthy)
        #expect(
            sheet.printed.text == """
                ok    postgres: 15.2, database tickets, role reader, TLS, hot standby
                ok    postgres transactions: read-only
                ok    postgres schema: every table and column can be read
                ok    redis: 7.0.1, role master
                ok    redis index: sorted set
                ok    clocks: postgres's is 2.0 s behind this machine's
                ok    clocks: redis's is right to 0.003 s by this machine's

                """)
    }

    @Test("fails on transactions that can write, on each schema problem, on an index of another type, on clocks apart")
    func fails() {
        var sheet = DoctorSheet()
        sheet.add(postgres(readOnly: false), schema: ["orders.paid_at: missing column", "tickets.id: missing table"])
        sheet.add(redis(), indexType: "string")
        for server in ["postgres", "redis"] {
            sheet.add(ClockReading(time: noon, asked: noon.adding(seconds: -6), waited: 1), of: server)
        }
        #expect(!sheet.isHealthy)
        let failures = sheet.printed.text.split(separator: "\n").filter { $0.hasPrefix("FAIL") }
        #expect(
            failures.map { $0.dropFirst(6).prefix { $0 != ":" } } == [
                "postgres transactions", "postgres schema", "postgres schema", "redis index", "clocks", "clocks",
            ])
        #expect(sheet.printed.text.contains("FAIL  clocks: redis's is 5.999 s ahead of this machine's"))
    }

    @Test("says how many connections were had, and fails on each query that is not answered")
    func saysConnectionsAndQueries() {
        var sheet = DoctorSheet()
        sheet.add(PostgresConnections(had: 3, refusal: nil))
        sheet.add(PostgresConnections(had: 2, refusal: "too many connections for role"))
        sheet.add(rehearsal: [])
        #expect(sheet.isHealthy)
        sheet.add(rehearsal: ["query open-orders: cannot cast"])
        #expect(!sheet.isHealthy)
        #expect(
            sheet.printed.text == """
                ok    postgres connections: 3 of the 3 that a command takes
                note  postgres connections: 2 of the 3 that a command takes, so each snapshot is waited for: \
                too many connections for role
                ok    postgres queries: every query of a run is answered, of the first events
                FAIL  postgres queries: query open-orders: cannot cast

                """)
    }

    @Test("notes what is no failure and still matters")
    func notes() {
        var sheet = DoctorSheet()
        sheet.add(postgres(encoding: "LATIN1"), schema: [])
        sheet.add(redis(version: nil, role: "slave", policy: "allkeys-lru"), indexType: "none")
        #expect(sheet.isHealthy)
        let notes = sheet.printed.text.split(separator: "\n").filter { $0.hasPrefix("note") }
        #expect(
            notes.map { $0.dropFirst(6).prefix { $0 != ":" } } == [
                "postgres encoding", "redis commands", "redis role", "redis maxmemory-policy",
            ])
    }

    @Test("does not take what was spent waiting for a clock's fault, and tells what lies beyond it")
    func waitingIsNoSkew() {
        var sheet = DoctorSheet()
        sheet.add(ClockReading(time: noon.adding(seconds: 30), asked: noon, waited: 30_000), of: "postgres")
        sheet.add(ClockReading(time: noon, asked: noon, waited: 30_000), of: "redis")
        #expect(sheet.isHealthy)
        sheet.add(ClockReading(time: noon.adding(seconds: 36), asked: noon, waited: 30_000), of: "redis")
        sheet.add(ClockReading(time: noon.adding(seconds: -6), asked: noon, waited: 30_000), of: "postgres")
        #expect(!sheet.isHealthy)
        #expect(sheet.printed.text.contains("FAIL  clocks: redis's is 6.0 s ahead of this machine's"))
        #expect(sheet.printed.text.contains("FAIL  clocks: postgres's is 6.0 s behind this machine's"))
    }

    @Test("shows names from servers escaped, so that no line is forged")
    func showsNamesEscaped() {
        var sheet = DoctorSheet()
        sheet.add(postgres(database: "x\nok    redis: fine"), schema: [])
        #expect(sheet.printed.text.split(separator: "\n").count == 3)
    }
}
