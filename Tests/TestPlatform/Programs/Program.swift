import Foundation
import TestServers

/// The program under test, as an operator runs it: the built binary, on a platform of its own.
package struct Program: Sendable {
    package let platform: Platform
    private let tool: Tool

    package init(on platform: Platform) throws {
        self.platform = platform
        tool = try Tool("hold-reconciler", in: Self.folders(), installedBy: "hold-reconciler (swift build)")
    }

    private init(_ platform: Platform, _ tool: Tool) {
        self.platform = platform
        self.tool = tool
    }

    /// The same program where no file takes a byte more, as on a full disk; pipes do.
    package var withoutRoom: Program { behind(#"trap "" XFSZ; ulimit -f 0"#) }

    /// The same program started by a shell that does something before.
    package func behind(_ preparation: String) -> Program {
        Program(platform, tool.started(by: ["sh", "-c", preparation + #"; exec "$@""#, "sh"]))
    }

    /// What one run printed, and how it ended.
    package struct Run: Sendable {
        package let status: Int32
        package let output: String
        package let message: String

        /// The lines on stderr that any machine sees: a run that takes longer than a second tells its progress as well.
        package var notices: [Substring] {
            message.split(separator: "\n").filter { line in
                line.prefixMatch(of: #/[a-z][A-Za-z ()]*: \d|{.*"message":"run progresses"/#) == nil
            }
        }

        /// The one document on stdout.
        package func document() throws -> Document {
            try JSONDecoder().decode(Document.self, from: Data(output.utf8))
        }
    }

    /// Runs the program with the platform's addresses in its environment.
    ///
    /// - Parameter outputFile: where stdout goes instead of into the run's `output`.
    package func run(
        _ arguments: [String], environment: [String: String?] = [:], outputFile: String? = nil,
        messageFile: String? = nil, pidFile: String? = nil
    ) async throws -> Run {
        let outcome = try await tool.outcome(
            of: arguments, outputFile: outputFile, messageFile: messageFile, pidFile: pidFile,
            environment: variables(environment))
        return Run(status: outcome.exitCode, output: outcome.output, message: outcome.message)
    }

    /// The platform's addresses, and what a test gives besides.
    func variables(_ given: [String: String?]) -> [String: String?] {
        var variables: [String: String?] = [
            "POSTGRES_CONNECTION_STRING": platform.connectionString, "REDIS_URL": platform.redis.url,
            "REDIS_KEY_PREFIX": platform.keyPrefix, "REDIS_PASSWORD": platform.redis.password,
        ]
        for name in Self.others { variables[name] = .some(nil) }
        return variables.merging(given) { $1 }
    }

    /// Runs the program and, once it has started, `body` beside it with its process id.
    ///
    /// - Parameter hasEnded: is told when the program has ended, for a body that waits for what may never come.
    package func run(
        _ arguments: [String], environment: [String: String?] = [:], hasEnded: @Sendable () -> Void = {},
        beside body: @Sendable (Int32) async throws -> Void
    ) async throws -> Run {
        let pidFile = "\(platform.redis.folder)/program-\(UUID().uuidString)"
        func outcome() async throws -> Run {
            defer { hasEnded() }
            return try await run(
                arguments, environment: environment, messageFile: pidFile + ".log", pidFile: pidFile)
        }
        async let end = outcome()
        var pid: Int32?
        while pid == nil {
            pid = (try? String(contentsOfFile: pidFile, encoding: .utf8)).flatMap { Int32($0.dropLast()) }
            if pid == nil { try await Task.sleep(for: .milliseconds(5)) }
        }
        if let pid { try await body(pid) }
        return try await end
    }

    /// Waits until a program that ``run(_:environment:hasEnded:beside:)`` has started says these words on stderr.
    package func wait(for words: String, from pid: Int32) async throws {
        let end = ContinuousClock.now + .seconds(120)
        // Its stderr is a file, which is read from its beginning each time.
        while try !String(contentsOfFile: "/proc/\(pid)/fd/2", encoding: .utf8).contains(words) {
            guard .now < end else { throw Silence(awaited: words) }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    package struct Silence: Error {
        package let awaited: String
    }

    package func callAsFunction(_ arguments: String...) async throws -> Run {
        try await run(arguments)
    }

    /// Runs a command with `--format json` and reads its document.
    package func report(_ arguments: String...) async throws -> Document {
        try await report(arguments)
    }

    package func report(_ arguments: [String]) async throws -> Document {
        let run = try await run(arguments + ["--format", "json"])
        guard !run.output.isEmpty else { throw NoDocument(status: run.status, message: run.message) }
        return try run.document()
    }

    package struct NoDocument: Error {
        package let status: Int32
        package let message: String

        package init(status: Int32, message: String) {
            self.status = status
            self.message = message
        }
    }

    /// What the machine's own environment must not decide.
    private static let others = [
        "DATABASE_URL", "REDIS_HOST", "REDIS_PORT", "REDIS_USERNAME", "REDIS_TLS_ENABLED", "REDIS_TLS_CA_FILE",
        "HOLD_TTL_SECONDS", "HOLD_RECONCILER_EXECUTE", "HOLD_RECONCILER_SHARD", "HOLD_RECONCILER_CONFIG",
        "HOLD_RECONCILER_CHECK_EVERY", "HOLD_RECONCILER_PURGE_EVERY", "HOLD_RECONCILER_REBUILD_EVERY",
        "HOLD_RECONCILER_LISTEN", "HOLD_RECONCILER_TOKEN", "HOLD_RECONCILER_FUNCTION_JOB",
        "FUNCTIONS_CUSTOMHANDLER_PORT", "HOLD_RECONCILER_API_URL", "HOLD_RECONCILER_API_TOKEN",
        "HOLD_RECONCILER_API_CA_FILE", "HOLD_RECONCILER_LOG_FORMAT", "HOLD_RECONCILER_TELEMETRY_TIMEOUT",
        "APPLICATION_INSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING", "TRACEPARENT", "TRACESTATE",
    ]

    /// Where the built binary is.
    package static func path() throws -> String {
        let name = "hold-reconciler"
        guard let path = Tool.path(of: name, in: try folders()) else {
            throw TestServerError.missingTool(name: name, installedBy: "hold-reconciler (swift build)")
        }
        return path
    }

    /// The tests and the program are built into one folder.
    private static func folders() throws -> [String] {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let bundle = ProcessInfo.processInfo.arguments.filter { $0.hasSuffix(".xctest") }
        return ([own] + bundle).map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
    }
}
