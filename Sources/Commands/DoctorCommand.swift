import ArgumentParser
import HoldModel
import PostgresSource
import RedisStore
import Reporting

/// `doctor`: says whether a run could work, before one is needed.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check connections, versions, privileges, clocks and schema; cannot write.")

    @OptionGroup var servers: ServerOptions

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
        printResult(sheet.text)
        if !sheet.isHealthy { throw ExitCode(ExitStatus.failed.rawValue) }
    }
}
