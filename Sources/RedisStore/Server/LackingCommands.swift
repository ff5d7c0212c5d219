import ConnectionStrings
import HoldModel
import Synchronization

/// The commands that this server refuses to this user, for any reason, and that the program can do without.
final class LackingCommands: Sendable {
    private let reasons = Mutex<[String: String]>([:])

    func note(_ name: String, _ reason: String) {
        reasons.withLock { $0[name] = $0[name] ?? reason }
    }

    func contains(_ name: String) -> Bool {
        reasons.withLock { $0[name] != nil }
    }

    /// A sentence for each of them: what its lack costs.
    var sentences: [String] {
        let reasons = reasons.withLock { $0 }
        return Self.costs.compactMap { name, cost in
            reasons[name].map { "Redis refuses \(name) (\(Self.inShort($0))): \(cost)" }
        }
    }

    private static let costs = [
        (
            "INFO",
            "it cannot be seen whether the server restarts, is flushed, fails over or evicts keys during the run; what is "
                + "written is still fenced by the lease and by what each key held"
        ),
        (
            "TIME",
            "this machine's clock stands in for Redis' own; how far the two lie apart is not known, so nothing is put back on "
                + "sale"
        ),
    ]

    /// Returns the server's own words, shortened.
    private static func inShort(_ reason: String) -> String {
        // Before the cut, since a secret that was cut could not be recognised.
        let told = SecretsInUse.ofProcess.all.removed(from: reason)
        return printable(Array(told.prefix { $0 != "," }.utf8.prefix(100)))
    }
}

extension RedisConnection {
    /// Sends a command that the program can do without.
    ///
    /// - Returns: `nil` where the server refuses this command alone, which is noted.
    /// - Throws: ``RedisError``, also for an error about the server's own state, which concerns all commands.
    func optionalReply(to command: RedisCommand, _ name: String) async throws -> RedisReply? {
        do {
            return try await reply(to: command, name)
        } catch let error as RedisError {
            guard case .refused(_, _, let message) = error, !error.concernsServer else { throw error }
            lacking.note(name, message)
            return nil
        }
    }

    /// A sentence for each command that the program does without: what that costs.
    package var lacks: [String] {
        lacking.sentences
    }
}
