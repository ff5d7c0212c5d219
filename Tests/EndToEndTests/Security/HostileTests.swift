import TestPlatform
import TestServers
import Testing

/// Input that nobody should write, and somebody does: each ends in a finding or is right (design section 6.9).
@Suite(.postgres) struct HostileTests {
    static let ids = [
        "a:b:c", "with space", "it's \"quoted\"", "new\nline\r\ttab", "🎭🎟️", "é e\u{301}",
        String(repeating: "x", count: 200),
        "$1;DROP TABLE orders--", "*?[a]\\^-{tag}", "%s%n", "\\N", "-1", "NULL",
    ]

    @Test(arguments: ids) func anIDOfAnyTextIsRight(_ id: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent(id, categories: [(id, 100, 10)])
            try await platform.orderB(try await platform.acquire(id, event: id, [Seats(id, 2)]))
            let browsing = try await platform.acquire("\(id) browsing", event: id, [Seats(id, 3)])
            let leaked = try await platform.acquire("\(id) leaked", event: id, [Seats(id, 4)])
            try await platform.redis.command("DEL", platform.holdKey(leaked.token))

            let check = try await program.report("check", "--deep")
            #expect(check.causes == ["orphan-member", "ttl-race"])
            #expect(check.findings.first { $0.cause == "ttl-race" }?.seats == 4)
            #expect(try await program("rebuild", "--holds", "rebuild", "--execute").status == 0)
            try await expectAgreement(on: platform)
            #expect(try await platform.hold(browsing.token)["status"] == "held")

            try await platform.redis.flushAll()
            let rebuild = try await program("rebuild", "--holds", "rebuild", "--execute", "--event=\(id)")
            #expect(rebuild.status == 0)
            try await expectAgreement(on: platform)
            #expect(try await platform.hold(id)["token"] == id)
            #expect(try await program("inspect", "--", id).status == 0)
        }
    }

    @Test(arguments: ["", "{tickets}:", "a*[b]?:", "💺:"]) func aKeyPrefixOfAnyTextIsRight(_ prefix: String) async throws
    {
        try await withPlatform(keyPrefix: prefix) { platform, program in
            try await platform.redis.command("HSET", "another:inventory:gala:stalls", "total", "1")
            try await platform.redis.command("SET", "another:holds:x", "1")
            let injection = try await Fault.missingMember.inject(into: platform, event: "gala")
            #expect(try await program.report("check", "--deep").causes == ["missing-member"])
            #expect(try await program("rebuild", "--holds", "rebuild", "--execute").status == 0)
            try await platform.expect(injection)
            #expect(
                try await platform.redis.command("EXISTS", "another:inventory:gala:stalls", "another:holds:x") == "2")
        }
    }

    @Test(arguments: ["total", "sold", "pending", "available", "version"])
    func aCountThatIsNoNumberIsNamedAndReplaced(_ field: String) async throws {
        try await withPlatform { platform, program in
            for (number, value) in ["two", "-3", "99999999999999999999", "", "1e3", "9007199254740993"].enumerated() {
                // A negative pending is what a swapped finalize leaves, and is told as that.
                if field == "pending" && value == "-3" { continue }
                // Any other number is a version; the count of changes is the platform's own.
                if field == "version" && value == "9007199254740993" { continue }
                let event = "event-\(number)"
                try await platform.addEvent(event, categories: [("stalls-\(number)", 100, 10)])
                let key = platform.inventoryKey(event: event, category: "stalls-\(number)")
                try await platform.redis.command("HSET", key, field, value)
                let check = try await program.report("check", "--event", event)
                #expect(check.causes == ["malformed"], "\(value)")
                #expect(check.exitStatus == 2)
            }
            try await platform.addEvent("missing", categories: [("field", 100, 10)])
            try await platform.redis.command("HDEL", platform.inventoryKey(event: "missing", category: "field"), field)
            #expect(try await program.report("check", "--event", "missing").causes == ["malformed"])
            #expect(try await program("rebuild", "--holds", "rebuild", "--execute").status == 0)
            try await expectAgreement(on: platform)
        }
    }

    static let entries = [
        #"[{"eventId":"gala","categoryId":"stalls","quan"#, "[]", "{}", "", "null",
        #"[{"eventId":"gala","categoryId":"nowhere","quantity":2}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":-2}]"#,
        #"[{"eventId":"gala","categoryId":"stalls","quantity":99999999999999999999}]"#,
    ]

    @Test(arguments: entries) func entriesThatCannotBeRightStopTheirEventOnly(_ entries: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("other", categories: [("other stalls", 100, 0)])
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            let injection = try await Fault.ttlRace.inject(into: platform, event: "leaky")
            let hold = try await platform.acquire("broken", event: "gala", [Seats("stalls", 2)])
            try await platform.orderB(hold)
            let alone = try await platform.acquire("alone", event: "gala", [Seats("stalls", 2)])
            try await platform.redis.command("HSET", platform.holdKey(alone.token), "entries", entries)

            let check = try await program.report("check", "--deep")
            #expect(check.findings.contains { $0.cause == "malformed" && $0.outcome == "refused" }, "\(check.findings)")
            #expect(check.exitStatus == 2)
            let before = try await platform.inventory(event: "gala", category: "stalls")
            let rebuild = try await program.report("rebuild", "--holds", "rebuild", "--execute")
            #expect(rebuild.exitStatus == 2)
            #expect(rebuild.error == nil)
            // In doubt seats stay held, and the rest of the run goes on.
            let after = try await platform.inventory(event: "gala", category: "stalls")
            #expect(after["available"] == before["available"])
            #expect(try await platform.hold(alone.token)["entries"] == entries)
            try await platform.expect(injection, alsoListed: [hold.token, alone.token])
        }
    }

    @Test func entriesThatCannotBeReadAreWrittenAgainFromTheOrder() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            let hold = try await platform.acquire("broken", event: "gala", [Seats("stalls", 2)])
            try await platform.orderB(hold)
            try await platform.redis.command("HSET", platform.holdKey(hold.token), "entries", "[{")
            let rebuild = try await program.report("rebuild", "--holds", "rebuild", "--execute")
            #expect(rebuild.causes == ["malformed"])
            #expect(rebuild.exitStatus == 0)
            try await expectAgreement(on: platform)
            try await platform.release(hold)
        }
    }

    @Test func keysOfAnotherTypeAreNamedAndMendedWhereSQLTellsWhatTheyWere() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            let hold = try await platform.acquire("cart", event: "gala", [Seats("stalls", 2)])
            try await platform.orderB(hold)
            let redis = platform.redis
            try await redis.command("SET", platform.holdKey(hold.token), "text")
            try await redis.command("DEL", platform.inventoryKey(event: "gala", category: "stalls"))
            try await redis.command("SADD", platform.inventoryKey(event: "gala", category: "stalls"), "text")
            try await redis.command("LPUSH", platform.holdKey("nobody's"), "text")
            try await redis.command("SET", platform.inventoryKey(event: "no", category: "category"), "text")
            let rebuild = try await program.report("rebuild", "--holds", "rebuild", "--execute")
            #expect(rebuild.error == nil)
            // What lies under a name that SQL does not know is somebody's.
            #expect(rebuild.exitStatus == 0)
            #expect(try await redis.command("TYPE", platform.holdKey("nobody's")) == "list")
            let unknown = platform.inventoryKey(event: "no", category: "category")
            #expect(try await redis.command("TYPE", unknown) == "string")
            try await redis.command("DEL", platform.holdKey("nobody's"), unknown)
            try await expectAgreement(on: platform)
            #expect(try await program("check", "--deep").status == 0)
        }
    }

    @Test func anIndexThatIsNoSortedSetIsReplaced() async throws {
        try await withPlatform { platform, program in
            let injection = try await Fault.lostHash.inject(into: platform, event: "gala")
            try await platform.redis.command("DEL", platform.indexKey)
            try await platform.redis.command("HSET", platform.indexKey, "a", "b")
            #expect(try await program.report("check").causes.contains("malformed"))
            #expect(try await program("rebuild", "--holds", "rebuild", "--execute").status == 0)
            try await platform.expect(injection)
            try await expectAgreement(on: platform)
        }
    }

    @Test func membersThatAreEmptyOrBinaryAreOrphans() async throws {
        try await withPlatform { platform, program in
            let injection = try await Fault.ttlRace.inject(into: platform, event: "gala")
            try await platform.redis.eval(
                "redis.call('ZADD', KEYS[1], 1, '', 2, '\\255\\0\\1', 3, string.rep('y', 70000))",
                keys: [platform.indexKey])
            let check = try await program.report("check", "--deep")
            #expect(check.totals.byCause["orphan-member"]?.count == 3)
            #expect(try await program("rebuild", "--holds", "rebuild", "--execute").status == 0)
            try await platform.expect(injection)
            try await expectAgreement(on: platform)
        }
    }
}
