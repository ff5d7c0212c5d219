import Foundation
import TestPlatform
import TestServers
import Testing

/// Every command behind a proxy that changes replies of a server, by chance (Tests/Proxies). A few of them here; as many as
/// `CHANGED_REPLIES` says where it is set, such as 1000.
@Suite(.postgres) struct ChangedReplyTests {
    @Test(
        "whatever a server's replies become, a run ends in time, in its memory, and writes nothing that is wrong",
        arguments: ["redis", "postgres"])
    func changedReplies(_ server: String) async throws {
        let given = ProcessInfo.processInfo.environment
        try await withPlatform { platform, _ in
            try await platform.addHealthyEvents()
            for fault in Fault.repairable { _ = try await fault.inject(into: platform, event: fault.rawValue) }
            let folder = Deployment.repository.appendingPathComponent("Tests/Proxies").path
            let outcome = try await Tool("change_replies.py", in: [folder], installedBy: "this repository").outcome(
                of: [
                    given["CHANGED_REPLIES"] ?? "10", "--server", server, "--program", try Program.path(),
                    "--seed", given["CHANGED_REPLIES_SEED"] ?? "eventix",
                ],
                environment: [
                    "POSTGRES_CONNECTION_STRING": platform.connectionString, "REDIS_URL": platform.redis.url,
                    "REDIS_KEY_PREFIX": platform.keyPrefix,
                ])
            print(outcome.output)
            #expect(outcome.isSuccess, "\(outcome.output)\n\(outcome.message)")
        }
    }
}
