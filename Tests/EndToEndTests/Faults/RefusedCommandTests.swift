import Foundation
import TestPlatform
import TestServers
import Testing

/// What the Redis users of `ops/deploy` may not do, whoever has got their passwords.
@Suite(.postgres) struct RefusedCommandTests {
    /// For nobody but the platform's owner: the server, its users and data as a whole, and other keys than the program's.
    private static func forTheOwner(_ platform: Platform) -> [[String]] {
        let key = platform.inventoryKey(event: "gala", category: "stalls")
        return [
            ["FLUSHALL"], ["FLUSHDB"], ["SWAPDB", "0", "1"], ["CONFIG", "GET", "*"], ["CONFIG", "SET", "save", ""],
            ["CONFIG", "RESETSTAT"], ["ACL", "LIST"], ["ACL", "SETUSER", "hold-check", "+@all"],
            ["SHUTDOWN", "NOSAVE"], ["REPLICAOF", "127.0.0.1", "1"], ["SAVE"], ["BGSAVE"], ["MONITOR"],
            ["CLIENT", "LIST"], ["CLIENT", "KILL", "TYPE", "normal"], ["SLOWLOG", "GET"], ["MODULE", "LIST"],
            ["SCRIPT", "FLUSH"], ["SCRIPT", "KILL"], ["EVAL", "return 1", "0"],
            ["SUBSCRIBE", "all"], ["PUBLISH", "all", "x"], ["MIGRATE", "127.0.0.1", "1", key, "0", "1"],
            ["KEYS", "*"], ["DBSIZE"], ["RANDOMKEY"], ["DUMP", key], ["RENAME", key, key + "x"],
            ["PERSIST", key], ["EXPIRE", key, "1"], ["HDEL", key, "version"],
            ["HMGET", "other:inventory:gala:stalls", "total"], ["EXISTS", "sessions:1"],
            ["EXISTS", key, "other:holds:cart"], ["TYPE", platform.keyPrefix + "other"],
            ["ZSCAN", "other:holds:expiration-index", "0"],
        ]
    }

    /// What repairs, and may be kept in a journal: whoever only looks may not.
    private static func forRepairs(_ platform: Platform) -> [[String]] {
        let counts = platform.inventoryKey(event: "gala", category: "stalls")
        return [
            ["HSET", counts, "total", "1"], ["HINCRBY", counts, "version", "1"], ["DEL", counts],
            ["HSET", platform.holdKey("cart"), "status", "held"], ["EXPIREAT", platform.holdKey("cart"), "1"],
            ["PEXPIREAT", platform.holdKey("cart"), "1"], ["HGETALL", counts],
            ["DEL", platform.holdKey("cart")], ["ZADD", platform.indexKey, "1", "cart"],
            ["ZREM", platform.indexKey, "cart"], ["UNLINK", platform.indexKey],
            ["SET", platform.leaseKey, "me"], ["PEXPIRE", platform.leaseKey, "1"], ["DEL", platform.leaseKey],
        ]
    }

    @Test(arguments: Deployment.RedisUsers.allCases)
    func whoLooksIsRefusedEveryWriteAndWhatIsTheOwners(_ users: Deployment.RedisUsers) async throws {
        try await withGuests(users) { platform, check, _ in
            try await platform.addHealthyEvents()
            try await expectRefused(Self.forTheOwner(platform) + Self.forRepairs(platform), to: check)
            // No script either, which could run for ever, or write into the server's log.
            try await expectRefused(
                [
                    ["GET", platform.leaseKey], ["SCRIPT", "LOAD", "return 1"], ["SCRIPT", "EXISTS", "x"],
                    ["EVAL_RO", "return 1", "0"], ["EVALSHA", "x", "0"], ["EVALSHA_RO", "x", "0"],
                    ["FCALL_RO", "x", "0"], ["FUNCTION", "LIST"],
                ], to: check)
        }
    }

    @Test(arguments: Deployment.RedisUsers.allCases)
    func whoRepairsIsRefusedWhatIsTheOwners(_ users: Deployment.RedisUsers) async throws {
        try await withGuests(users) { platform, _, repair in
            try await platform.addHealthyEvents()
            let others = Self.forRepairs(platform).map { words in
                [words[0], words[1].replacing(platform.keyPrefix, with: "other:")] + words.dropFirst(2)
            }
            try await expectRefused(Self.forTheOwner(platform) + others, to: repair)
        }
    }

    /// On Redis 6 the families of keys cannot be told apart.
    @Test func whoRepairsWritesEachFamilyOfKeysInItsOwnWay() async throws {
        try await withGuests(.redis7) { platform, _, repair in
            try await platform.addHealthyEvents()
            let counts = platform.inventoryKey(event: "gala", category: "stalls")
            let hold = platform.holdKey("cart")
            try await expectRefused(
                [
                    ["SET", counts, "1"], ["EXPIREAT", counts, "1"], ["PEXPIRE", counts, "1"], ["UNLINK", counts],
                    ["ZADD", counts, "1", "a"], ["SET", hold, "1"], ["HINCRBY", hold, "a", "1"], ["UNLINK", hold],
                    ["ZADD", hold, "1", "a"], ["SET", platform.indexKey, "1"], ["PEXPIRE", platform.indexKey, "1"],
                    ["HSET", platform.leaseKey, "a", "1"], ["UNLINK", platform.leaseKey],
                    ["RESTORE", platform.leaseKey, "0", "x"], ["SET", platform.leaseKey + "d", "me"],
                ], to: repair)
        }
    }

    @Test(arguments: Deployment.RedisUsers.allCases)
    func aScriptMayDoNoMoreThanItsCaller(_ users: Deployment.RedisUsers) async throws {
        try await withGuests(users) { platform, _, repair in
            try await platform.addHealthyEvents()
            let dump = try await platform.redis.dumpAll()
            let key = platform.inventoryKey(event: "gala", category: "gala stalls")
            for body in ["redis.call('FLUSHALL')", "redis.call('GET', 'other')", "redis.call('PERSIST', KEYS[1])"] {
                try await expectRefused(script: body, on: key, to: repair)
            }
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    /// What `ops/security.md` says that whoever has got the password of `hold-repair` can do beyond its work. Where one of
    /// these is refused one day, that page and the README say too much.
    @Test func whoRepairsCanDoThisAsWell() async throws {
        try await withGuests(.redis7) { platform, _, repair in
            try await platform.addHealthyEvents()
            let redis = platform.redis
            let counts = platform.inventoryKey(event: "gala", category: "gala stalls")
            // A script may write lines into the server's log, and runs for as long as it likes.
            let forging = try await load("redis.log(redis.LOG_WARNING, 'forged')", repair)
            #expect(try await repair.refusal(of: ["EVALSHA", forging, "0"]) == nil)
            #expect(try String(contentsOfFile: "\(redis.folder)/redis.log", encoding: .utf8).contains("forged"))
            // With RESTORE, which its selectors grant, another type takes a hash's place; without it none does.
            try await redis.command("SADD", "source", "x")
            let payload = try await redis.eval(
                #"return (redis.call('DUMP', 'source'):gsub('.', function(c) return ('\\%03d'):format(c:byte()) end))"#)
            let digest = try await load("return redis.call('RESTORE', KEYS[1], 0, '\(payload)', 'REPLACE')", repair)
            let replacing = ["EVALSHA", digest, "1", counts]
            #expect(try await repair.refusal(of: replacing) == nil)
            #expect(try await redis.command("TYPE", counts) == "set")
            // The index begins as hold hashes do, so it can be deleted.
            #expect(try await repair.refusal(of: ["DEL", platform.indexKey]) == nil)
            // Every key's name is shown, and databases are not kept apart.
            #expect(try await repair.refusal(of: ["SCAN", "0"]) == nil)
            #expect(try await repair.refusal(of: ["SELECT", "1"]) == nil)
            try await redis.command("ACL", "SETUSER", repair.user, "clearselectors")
            #expect(try await repair.refusal(of: replacing)?.contains("can't run this command") == true)
        }
    }

    private func load(_ script: String, _ guest: Guest) async throws -> String {
        try await guest.program.platform.redis.command(
            "SCRIPT", "LOAD", script, user: guest.user, password: Guest.password)
    }

    private func expectRefused(_ commands: [[String]], to guest: Guest) async throws {
        let dump = try await guest.program.platform.redis.dumpAll()
        for words in commands {
            let answer = try await guest.refusal(of: words) ?? "done"
            #expect(answer.contains("NOPERM"), "\(guest.user) \(words)")
        }
        #expect(try await guest.program.platform.redis.dumpAll() == dump)
    }

    private func expectRefused(script: String, on key: String, to guest: Guest) async throws {
        let digest = try await load(script, guest)
        for name in ["EVALSHA", "EVALSHA_RO"] {
            let answer = try await guest.refusal(of: [name, digest, "1", key]) ?? "done"
            let words = ["NOPERM", "can't run this command", "can't access at least one of the keys"]
            #expect(words.contains { answer.contains($0) }, "\(guest.user) \(name) \(script): \(answer)")
        }
    }
}
