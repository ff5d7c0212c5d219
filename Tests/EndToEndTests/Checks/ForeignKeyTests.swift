import TestPlatform
import TestServers
import Testing

/// Keys beside the platform's own that others keep on the same server, some under its very names: told, and left.
@Suite(.postgres) struct ForeignKeyTests {
    static let rebuild = ["rebuild", "--holds", "rebuild", "--execute", "--release-after", "0"]
    /// Every command that writes, in an order in which each still finds something to do.
    static let writers = [
        rebuild, ["purge", "--stale", "--execute"],
        ["rebuild", "--holds", "purge", "--traffic", "stopped", "--execute", "--force"],
        ["purge", "--all", "--execute", "--force"],
    ]

    private func run(_ command: [String], _ program: Program, _ platform: Platform) async throws {
        let removesAll = command.contains("purge") && !command.contains("--stale")
        let members = removesAll ? try await platform.expectingMembers() : []
        #expect(try await program.run(command + members).status == 0, "\(command)")
    }

    private func addForeignHolds(_ platform: Platform) async throws -> [String] {
        let names = ["stats", "config", "lock:cart", "queue", "cart:audit", "by-user:u1", "jobs"]
        let redis = platform.redis
        try await redis.command("HSET", platform.holdKey("stats"), "created", "5", "entries", "12")
        try await redis.command("HSET", platform.holdKey("config"), "maxPerBuyer", "6", "ttl", "600")
        try await redis.command("SET", platform.holdKey("lock:cart"), "owner")
        try await redis.command("RPUSH", platform.holdKey("queue"), "a", "b")
        try await redis.command("HSET", platform.holdKey("cart:audit"), "at", "1", "by", "cron")
        try await redis.command("SADD", platform.holdKey("by-user:u1"), "cart")
        try await redis.command("HSET", platform.holdKey("jobs"), "status", "running", "worker", "7")
        return names
    }

    @Test func keysUnderHoldsThatAreNoHoldsAreToldAndLeft() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            let hold = try await platform.acquire("cart", event: "gala", [Seats("stalls", 2)])
            let names = try await addForeignHolds(platform)
            // The cleaner fails on such a member at every run.
            try await platform.redis.command("ZADD", platform.indexKey, "1", "queue", "2", "stats")

            let check = try await program.report("check", "--deep")
            #expect(check.drift.map(\.cause) == ["orphan-member", "orphan-member"])
            let notes = check.findings.filter { $0.outcome == "noted" }
            #expect(notes.count == 1)
            for name in names {
                #expect(notes.contains { $0.detail?.contains(platform.holdKey(name)) ?? false }, "\(name)")
            }
            for command in Self.writers {
                try await run(command, program, platform)
                for name in names {
                    #expect(
                        try await platform.redis.command("EXISTS", platform.holdKey(name)) == "1", "\(command) \(name)")
                }
            }
            #expect(try await platform.hold("stats") == ["created": "5", "entries": "12"])
            #expect(try await platform.hold(hold.token)["status"] == "cancelled")
        }
    }

    @Test func aZombieGoesAndItsForeignNeighboursStay() async throws {
        try await withPlatform { platform, program in
            let injection = try await Fault.zombieHold.inject(into: platform, event: "gala")
            let names = try await addForeignHolds(platform)
            #expect(try await program.run(Self.rebuild).status == 0)
            try await platform.expect(injection)
            for name in names { #expect(try await platform.redis.command("EXISTS", platform.holdKey(name)) == "1") }
            let check = try await program.report("check", "--deep")
            #expect(check.exitStatus == 0)
            #expect(check.drift.isEmpty)
        }
    }

    @Test func manyForeignKeysAreOneNoteOfSomeNamesAndACount() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            for number in 1...300 {
                try await platform.redis.command("SET", platform.holdKey("lock:\(number)"), "owner")
                try await platform.redis.command(
                    "SET", platform.inventoryKey(event: "gala", category: "l:\(number)"), "x")
            }
            let check = try await program.report("check", "--deep")
            #expect(check.exitStatus == 0)
            #expect(check.findings.count == 2)
            #expect(
                check.findings.allSatisfy { ($0.detail ?? "").contains("300") && ($0.detail ?? "").utf8.count < 1000 })
        }
    }

    @Test func keysUnderInventoryThatHaveNoCountsAreToldAndLeft() async throws {
        try await withPlatform { platform, program in
            // An id that looks like a neighbour's key is the platform's, since SQL has it.
            try await platform.addEvent("gala", categories: [("stalls", 100, 10), ("stalls:lock", 20, 0)])
            let redis = platform.redis
            let lock = platform.inventoryKey(event: "gala", category: "circle:lock")
            let history = platform.inventoryKey(event: "gala", category: "stalls:history")
            let summary = platform.keyPrefix + "inventory:gala"
            try await redis.command("SET", lock, "x")
            try await redis.command("HSET", history, "1", "sold", "total", "12")
            try await redis.command("HSET", summary, "updatedAt", "1")
            let orphan = platform.inventoryKey(event: "gone", category: "stalls")
            try await redis.command(
                "HSET", orphan, "total", "9", "sold", "0", "pending", "0", "available", "9", "version", "1")

            let check = try await program.report("check", "--deep")
            #expect(check.drift.map(\.cause) == ["orphan-inventory"])
            let notes = check.findings.filter { $0.outcome == "noted" }
            #expect(notes.count == 1)
            for key in [lock, history, summary] {
                #expect(notes.contains { $0.detail?.contains(key) ?? false }, "\(key)")
            }
            for command in Self.writers {
                try await run(command, program, platform)
                for key in [lock, history, summary] {
                    #expect(try await redis.command("EXISTS", key) == "1", "\(command) \(key)")
                }
            }
            #expect(try await redis.command("EXISTS", orphan) == "0")
            #expect(try await platform.inventory(event: "gala", category: "stalls:lock")["available"] == "20")
        }
    }

    @Test(arguments: ["live", "stopped"]) func fieldsThatAreNotOursSurviveARepair(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10), ("circle", 50, 5)])
            for (category, change) in [("stalls", ["pending", "3"]), ("circle", ["sold", "five"])] {
                let key = platform.inventoryKey(event: "gala", category: category)
                try await platform.redis.command("HSET", key, "name", "VIP", "priceCents", "9900", change[0], change[1])
            }
            #expect(try await program.run(Self.rebuild + ["--traffic", traffic]).status == 0)
            try await expectAgreement(on: platform)
            for category in ["stalls", "circle"] {
                let fields = try await platform.inventory(event: "gala", category: category)
                #expect(fields["name"] == "VIP")
                #expect(fields["priceCents"] == "9900")
            }
        }
    }

    @Test func theWaitingRoomAndTheQueuesAreNeverTouched() async throws {
        for prefix in ["", "eventix:dev:"] {
            try await withPlatform(keyPrefix: prefix) { platform, program in
                let injection = try await Fault.ttlRace.inject(into: platform, event: "gala")
                let redis = platform.redis
                try await redis.command(
                    "SET", prefix + "queue:entry:6f1", #"{"status":"ready","holdToken":"gala-browsing"}"#, "EX", "3600")
                try await redis.command("ZADD", prefix + "queue:index:gala", "1795540733000", "6f1")
                try await redis.command("RPUSH", prefix + "queues:finalization", #"{"payload":{"orderId":"o"}}"#)
                try await redis.command("RPUSH", prefix + "queues:finalization:dead-letter", "[")
                let keys = [
                    "queue:entry:6f1", "queue:index:gala", "queues:finalization", "queues:finalization:dead-letter",
                ]
                #expect(try await program.run(Self.rebuild).status == 0)
                try await platform.expect(injection)
                for command in Self.writers { try await run(command, program, platform) }
                for key in keys { #expect(try await redis.command("EXISTS", prefix + key) == "1", "\(key)") }
            }
        }
    }
}
