import Foundation
import TestServers
package import Testing

/// The independent count: written apart from the program, in another language, from the contract alone.
package struct Judge: Sendable {
    private let python: Tool

    package init() throws {
        python = try Tool("python3", in: ["/usr/bin"], installedBy: "python3")
    }

    /// What it counted.
    package struct Count: Decodable, Sendable {
        /// What SQL and Redis disagree on; empty where they agree to the seat.
        package let disagreements: [String]
        /// Seats on sale beyond those that there are, by inventory key.
        package let tooManyOnSale: [String: Int]
        /// The tokens of holds that are alive.
        package let live: Set<String>
        /// Those of them that are in the index with their own expiry.
        package let listed: Set<String>
        fileprivate let categories: Int
    }

    /// Counts every seat of a platform again.
    package func count(_ platform: Platform) async throws -> Count {
        let outcome = try await python.outcome(
            of: [
                Self.script, "--psql", platform.connectionString, "--redis", "-s \(platform.redis.socketPath)",
                "--prefix",
                platform.keyPrefix, "--json",
            ], environment: ["REDISCLI_AUTH": platform.redis.password, "PYTHONDONTWRITEBYTECODE": "1"])
        guard outcome.exitCode < 2 else { throw Failed(message: outcome.message) }
        let count = try JSONDecoder().decode(Count.self, from: Data(outcome.output.utf8))
        guard count.categories > 0 else { throw Failed(message: "the judge saw no category") }
        return count
    }

    package struct Failed: Error {
        package let message: String
    }

    private static let script = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Judge/independent_count.py")
        .path
}

/// Expects that SQL and Redis agree, by the independent count.
package func expectAgreement(on platform: Platform, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let disagreements = try await Judge().count(platform).disagreements
    #expect(disagreements == [], sourceLocation: sourceLocation)
}
