import ArgumentParser
import Foundation

/// The options of the worker alone.
struct WorkerOptions: ParsableArguments {
    @Option(help: "How often to check: seconds, or 30s, 5m, 1h; off otherwise (HOLD_RECONCILER_CHECK_EVERY).")
    var checkEvery: String?

    @Option(help: "How often to purge stale index entries (HOLD_RECONCILER_PURGE_EVERY).")
    var purgeEvery: String?

    @Option(help: "How often to rebuild (HOLD_RECONCILER_REBUILD_EVERY).")
    var rebuildEvery: String?

    @Option(
        help: """
            Where to answer HTTP: host:port, or the path of a Unix socket; with port 0 the system chooses \
            (HOLD_RECONCILER_LISTEN; default 127.0.0.1:8080).
            """)
    var listen: String?

    @Option(
        help: """
            A further name that clients call the worker by (Host), such as worker.internal; may be given several times \
            (HOLD_RECONCILER_ALLOWED_HOSTS, with commas).
            """)
    var allowedHost: [String] = []

    @Option(help: "A JSON file with settings, by the names in ops/reference.md (HOLD_RECONCILER_CONFIG).")
    var config: String?

    @Flag(help: "Print each setting and where it came from, and end. Secrets are hidden.")
    var showConfig = false

    @Option(help: "Findings that a report shows one by one; totals always count all.")
    var maxFindings: Int = 1000

    @Option(help: "Append one JSON line about each run to this file.")
    var maintenanceLog: String?

    func validate() throws {
        // The worker keeps reports in memory.
        guard (0...10_000).contains(maxFindings) else { throw ValidationError("--max-findings is 0 to 10000") }
    }

    /// Returns the settings from options, environment and file.
    ///
    /// - Throws: `ValidationError` where the file cannot be used.
    func configuration(
        servers: ServerOptions, policy: PolicyOptions, executes: Bool, _ environment: Environment
    ) throws -> WorkerConfiguration {
        let given: [String: String?] = [
            "checkEvery": checkEvery, "purgeEvery": purgeEvery, "rebuildEvery": rebuildEvery, "listen": listen,
            "allowedHosts": allowedHost.isEmpty ? nil : allowedHost.joined(separator: ","),
            "execute": executes ? "1" : nil, "postgres": servers.postgres, "redis": servers.redis,
            "redisCAFile": servers.redisCaFile, "keyPrefix": servers.keyPrefix,
            "holdTTL": policy.holdTtl.map { String($0) }, "finalizationQueue": policy.finalizationQueue,
        ]
        return WorkerConfiguration(
            options: given.compactMapValues(\.self), variables: environment.variables,
            file: try (config ?? environment["HOLD_RECONCILER_CONFIG"]).map { try WorkerConfigFile(path: $0) })
    }
}
