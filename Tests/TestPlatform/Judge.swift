import Foundation
import TestServers
package import Testing

/// The independent count: written apart from the program, in another language, from the contract alone.
package struct Judge: Sendable {
    private let python: Tool

    package init() throws {
        python = try Tool("python3", installedBy: "python3")
    }

    /// What the judge disagrees with; empty where SQL and Redis agree to the seat.
    package func disagreements(on platform: Platform) async throws -> [String] {
        let outcome = try await python.outcome(
            of: [
                Self.script, "--psql", platform.connectionString, "--redis", "-s \(platform.redis.socketPath)",
                "--prefix",
                platform.keyPrefix, "--json",
            ], environment: ["REDISCLI_AUTH": platform.redis.password, "PYTHONDONTWRITEBYTECODE": "1"])
        guard outcome.exitCode < 2 else { throw Failed(message: outcome.message) }
        let verdict = try JSONDecoder().decode(Verdict.self, from: Data(outcome.output.utf8))
        guard verdict.categories > 0 else { throw Failed(message: "the judge saw no category") }
        return verdict.disagreements
    }

    package struct Failed: Error {
        package let message: String
    }

    private struct Verdict: Decodable {
        let categories: Int
        let disagreements: [String]
    }

    private static let script = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Judge/independent_count.py")
        .path
}

/// Expects that SQL and Redis agree, by the independent count.
package func expectAgreement(on platform: Platform, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let disagreements = try await Judge().disagreements(on: platform)
    #expect(disagreements == [], sourceLocation: sourceLocation)
}
