import TestPlatform
import TestServers
import Testing

/// What must be true of a platform when a run has met a fault: it is no worse off than before, by the independent count;
/// the next run completes, and the one after it writes nothing (design section 6.4).
struct Aftermath: Sendable {
    /// What a run may take from the holds that were alive before it.
    enum Kept: Sendable {
        case everything
        /// Members of the index may go, and come back with the next rebuild.
        case hashes
        /// The run closes holds, or Redis itself lost them.
        case nothing
    }

    let platform: Platform
    let program: Program
    let before: Judge.Count

    func expectNoWorse(keeping kept: Kept = .everything, sourceLocation: SourceLocation = #_sourceLocation) async throws
    {
        let after = try await Judge().count(platform)
        for (key, seats) in after.tooManyOnSale {
            #expect(seats <= before.tooManyOnSale[key] ?? 0, "\(key)", sourceLocation: sourceLocation)
        }
        if kept != .nothing {
            #expect(before.live.subtracting(after.live) == [], sourceLocation: sourceLocation)
        }
        if kept == .everything {
            #expect(before.listed.subtracting(after.listed) == [], sourceLocation: sourceLocation)
        }
    }

    /// - Parameter arguments: of the runs that follow.
    func expectCompletion(
        _ arguments: [String] = FaultTests.rebuild, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        // Whoever died holds the lease for some time yet; these runs need not wait for that.
        try await platform.redis.command("DEL", platform.leaseKey)
        let next = try await program.run(arguments)
        #expect(next.status == 0, "\(next.message)", sourceLocation: sourceLocation)
        try await expectAgreement(on: platform, sourceLocation: sourceLocation)
        let dump = try await platform.redis.dumpAll()
        #expect(try await program.run(arguments).status == 0, sourceLocation: sourceLocation)
        #expect(try await platform.redis.dumpAll() == dump, sourceLocation: sourceLocation)
    }
}

extension Aftermath {
    /// - Parameter platform: as it stands before the run.
    init(of platform: Platform, _ program: Program) async throws {
        self.init(platform: platform, program: program, before: try await Judge().count(platform))
    }
}

extension Program.Run {
    /// One line for people, with these words in it and no secret.
    func expectClear(_ words: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        // A run that takes long tells its progress as well, and one that has added members ahead of their holds that it has;
        // and on a busy machine a stop may take some seconds.
        let others = ["index members were added whose holds are not there", "the run still waits"]
        let lines = message.split(separator: "\n").filter { line in
            line.hasPrefix("hold-reconciler: ") && !others.contains { line.contains($0) }
        }
        #expect(lines.count == 1, "\(message)", sourceLocation: sourceLocation)
        for word in words { #expect(message.contains(word), "\(message)", sourceLocation: sourceLocation) }
        #expect(!(message + output).contains(RedisServerOptions.secret), sourceLocation: sourceLocation)
    }
}

extension RedisServerOptions {
    static let secret = "redis-secret"

    /// A server that can be restarted, and whose password must not show.
    static let forFaults = RedisServerOptions(tcp: true, password: secret, restartable: true)
}
