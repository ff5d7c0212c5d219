import LuaScripts
import Synchronization
import TestPlatform
import TestServers

/// The program with the little that `ops/deploy` grants it: one of the two Redis users, and the SQL role.
struct Guest: Sendable {
    static let password = "of-a-guest"

    let program: Program
    let user: String
    let role: String
    let used = UsedCommands()

    func run(_ arguments: [String], redis url: String? = nil) async throws -> Program.Run {
        let redis = program.platform.redis
        try await redis.command("CONFIG", "RESETSTAT")
        let run = try await program.run(
            arguments + ["--postgres", role],
            environment: [
                "REDIS_USERNAME": user, "REDIS_PASSWORD": Self.password, "REDIS_URL": url ?? redis.url,
            ])
        used.add(try await redis.commandStats().keys)
        return run
    }

    func report(_ arguments: [String]) async throws -> Document {
        let run = try await run(arguments + ["--format", "json"])
        guard !run.output.isEmpty else { throw Program.NoDocument(status: run.status, message: run.message) }
        return try run.document()
    }

    /// Runs the program while each look at an event with stalls and a circle finds their versions changed, so that only a
    /// look at one instant can judge it.
    func runWhileMoving(_ event: String, _ arguments: [String]) async throws -> Program.Run {
        let platform = program.platform
        let keys = ["stalls", "circle"].map { platform.inventoryKey(event: event, category: "\(event)-\($0)") }
        let handling: RedisProxy.Handling = { call, forward in
            // Who may run no script looks in a transaction.
            if call.luaScript == .survey || call.name == "EXEC" {
                for key in keys { try await platform.redis.command("HINCRBY", key, "version", "1") }
            }
            return .reply(try await forward())
        }
        return try await RedisProxy.withProxy(to: platform.redis, handling: handling) { proxy in
            try await run(arguments, redis: proxy.url)
        }
    }

    /// What Redis answers to a command of this user where it refuses it; `nil` where it was done.
    func refusal(of words: [String]) async throws -> String? {
        do {
            try await program.platform.redis.command(words, user: user, password: Self.password)
            return nil
        } catch TestServerError.toolFailed(_, _, let message) {
            return message
        }
    }

    /// The commands that Redis lets this user run.
    func granted() async throws -> Set<String> {
        let users = try await program.platform.redis.command("ACL", "LIST").split(separator: "\n")
        let words = users.first { $0.hasPrefix("user \(user) ") }?.split(separator: " ") ?? []
        var granted: Set<String> = []
        for word in words {
            let name = word.dropFirst().filter { $0 != ")" }.lowercased()
            // Redis names a category where a user may give most of its commands, and takes the others away behind it.
            if word.hasPrefix("+@") {
                granted.formUnion(try await commands(ofCategory: String(name.dropFirst())))
            } else if word.hasPrefix("+") {
                granted.insert(name)
            } else if word.hasPrefix("-"), !word.hasPrefix("-@") {
                granted.remove(name)
            }
        }
        return granted
    }

    private func commands(ofCategory name: String) async throws -> [String] {
        try await program.platform.redis.command("ACL", "CAT", name).split(separator: "\n").map { $0.lowercased() }
    }
}

/// The commands that Redis ran in the runs of one user, those inside of scripts included.
final class UsedCommands: Sendable {
    private let names = Mutex<Set<String>>([])

    var commands: Set<String> {
        names.withLock { $0 }
    }

    func add(_ more: some Sequence<String>) {
        names.withLock { $0.formUnion(more) }
    }
}
