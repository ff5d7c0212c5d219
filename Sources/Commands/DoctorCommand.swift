import ArgumentParser
import HoldModel
import PostgresSource
import Reconciliation
import RedisStore
import Reporting

/// `doctor`: says whether a run could work, before one is needed.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check connections, versions, privileges, clocks and schema; cannot write.")

    @OptionGroup var servers: ServerOptions
    @OptionGroup var log: LogOptions

    func run() async throws {
        var sheet = DoctorSheet()
        do {
            try await PostgresSource.withSource(servers.postgresSettings()) { source in
                sheet.add(try await source.serverFacts(), schema: try await source.schemaProblems())
            }
        } catch let error as ValidationError {
            throw error
        } catch {
            sheet.fail("postgres", String(describing: error))
        }
        do {
            try await RedisConnection.withConnection(servers.redisSettings()) { redis in
                let facts = try await redis.facts()
                let store = HoldStore(
                    redis, ScriptRunner(redis, knowsScriptFlags: facts.knowsScriptFlags), keys: servers.keySpace())
                sheet.add(facts, indexType: try await store.indexType())
                // Shows that scripts may be loaded and run; no key is touched.
                _ = try await store.survey([
                    SurveyRequest(event: EventID(""), categories: [], tokens: [HoldToken("doctor")])
                ])
                sheet.pass("redis scripts", "may be loaded and run")
            }
        } catch let error as ValidationError {
            throw error
        } catch {
            sheet.fail("redis", String(describing: error))
        }
        sheet.compareClocks(local: currentTime())
        var status: ExitStatus = sheet.isHealthy ? [] : .failed
        if sheet.isHealthy { status = try await checkPrefix(&sheet) }
        status.formUnion(printResult(sheet.text))
        if status != [] { throw ExitCode(status.rawValue) }
    }

    /// Whether the two servers are about the same deployment.
    ///
    /// - Returns: the status that a run would end with.
    private func checkPrefix(_ sheet: inout DoctorSheet) async throws -> ExitStatus {
        let settings = RunSettings(policy: Policy(), traffic: .live, deep: false)
        do {
            let warnings = try await Servers.with(servers.addresses(), executes: false) { servers in
                let preflight = Preflight(source: servers.source, store: servers.store, settings: settings)
                try await preflight.expectEvents()
                return try await preflight.check()
            }
            for warning in warnings { sheet.note("redis keys", warning) }
            if warnings.isEmpty { sheet.pass("redis keys", "the first categories of SQL are served under this prefix") }
            return []
        } catch {
            sheet.fail("redis keys", String(describing: error))
            return ExitStatus(error)
        }
    }
}
