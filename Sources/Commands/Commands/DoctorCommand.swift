import ArgumentParser
import HoldModel
import Output
import PostgresSource
import Reconciliation
import RedisStore
import Reporting

/// The command `doctor`: says whether a run could work, before one is needed.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check connections, versions, privileges, clocks and schema; cannot write.")

    @OptionGroup var servers: ServerOptions
    @OptionGroup var log: LogOptions
    @OptionGroup var policy: PolicyOptions

    func run() async throws {
        let addresses = try servers.addresses()
        let (policy, queue) = (try policy.policy(.rebuild), try policy.queue())
        var sheet = DoctorSheet()
        var clocks: [(String, ClockReading)] = []
        do {
            try await PostgresSource.withSource(addresses.postgres) { source in
                // Each clock is read beside this machine's, so that one server's delay does not count as the other's
                // difference.
                if let reading = try await ClockReading.take({ try await source.serverFacts().clock.time }) {
                    clocks.append(("postgres", reading))
                }
                let schema = try await source.schemaProblems()
                sheet.add(try await source.serverFacts(), schema: schema)
                if let replay = try await source.replay() { sheet.note("postgres standby", replay.warning) }
                sheet.add(try await source.connections())
                if schema.isEmpty { sheet.add(rehearsal: try await source.rehearse()) }
                if schema.isEmpty {
                    sheet.add(try await source.waitingCheckouts(policy), try await source.checkoutAnswers().unread)
                }
            }
        } catch {
            sheet.fail("postgres", told(error))
        }
        do {
            try await RedisConnection.withConnection(addresses.redis) { redis in
                let facts = try await redis.facts()
                if let reading = try await ClockReading.take({ try await redis.ownTime() }) {
                    clocks.append(("redis", reading))
                }
                let store = HoldStore(
                    redis, ScriptRunner(redis, knowsScriptFlags: facts.knowsScriptFlags), keys: servers.keySpace())
                sheet.add(facts, indexType: try await store.indexType())
                sheet.add(lists: try await CheckoutWitness.lists(queue, of: store))
                // Shows that scripts may be loaded and run. It touches no key.
                _ = try await store.survey([
                    SurveyRequest(event: EventID(""), categories: [], tokens: [HoldToken("doctor")])
                ])
                sheet.pass("redis scripts", "may be loaded and run")
            }
        } catch {
            sheet.fail("redis", told(error))
        }
        for (server, reading) in clocks { sheet.add(reading, of: server) }
        var status: ExitStatus = sheet.isHealthy ? [] : .failed
        if sheet.isHealthy { status = try await checkPrefix(addresses, &sheet) }
        status.formUnion(printResult(sheet.printed))
        if status != [] { throw ExitCode(status.rawValue) }
    }

    /// Checks whether the two servers belong to the same deployment.
    ///
    /// - Returns: the exit status that a run would have.
    private func checkPrefix(_ addresses: ServerAddresses, _ sheet: inout DoctorSheet) async throws -> ExitStatus {
        let settings = RunSettings(policy: Policy(), traffic: .live, deep: false)
        do {
            let warnings = try await Servers.with(addresses, executes: false) { servers in
                let preflight = Preflight(source: servers.source, store: servers.store, settings: settings)
                try await preflight.expectEvents()
                return try await preflight.check(evenIfIndexed: true)
            }
            for warning in warnings { sheet.note("redis keys", warning) }
            if warnings.isEmpty { sheet.pass("redis keys", "the first categories of SQL are served under this prefix") }
            return []
        } catch {
            sheet.fail("redis keys", told(error))
            return ExitStatus(error)
        }
    }
}
