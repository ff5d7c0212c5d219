import Foundation
import TestPlatform
import TestServers
import Testing

/// Small worlds of hostile values, judged by an oracle that is written apart from the program, in another language, from
/// the contract alone. `ops/fuzz` runs thousands of others.
@Suite(.postgres) struct FuzzTests {
    @Test("what a run makes of hostile values is what the contract allows")
    func hostileValues() async throws {
        let postgres = try #require(PostgresServer.current)
        try await RedisServer.withServer { redis in
            let folder = Deployment.repository.appendingPathComponent("Tests/Fuzz").path
            let outcome = try await Tool("fuzz_worlds.py", in: [folder], installedBy: "this repository").outcome(of: [
                "240", "--batch-size", "60", "--seed", "eventix", "--as-found", "--program", try Program.path(),
                "--psql",
                "host=\(postgres.folder) user=postgres", "--redis", redis.socketPath,
            ])
            #expect(outcome.isSuccess, "\(outcome.output)\n\(outcome.message)")
        }
    }
}
