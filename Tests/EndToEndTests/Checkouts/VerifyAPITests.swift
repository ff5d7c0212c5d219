import Foundation
import Synchronization
import TestPlatform
import TestServers
import Testing

/// The spot check of the API: what it says of each fault, and that no hold stays behind.
@Suite(.postgres) struct VerifyAPITests {
    static let command = [
        "verify-api", "--event", "gala", "--category", "gala stalls", "--execute", "--quantity", "2", "--api-timeout",
        "120",
    ]
    static let token = "api-secret"

    /// Runs the check against an API on a healthy platform and proves, apart from the program, that it left nothing.
    func verify(
        _ options: [String] = [], platform: Platform, program: Program,
        answering: @escaping HoldAPI.Answering = { $0.answer },
        before: @escaping @Sendable () async throws -> HTTPServer.Answer? = { nil }, hasEnded: () -> Void = {},
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> (run: Program.Run, requests: [HTTPServer.Request]) {
        try await platform.addHealthyEvents()
        return try await HoldAPI.withAPI(on: platform, before: before, answering: answering) { api, url in
            let seats = try await platform.seats()
            let run = try await program.run(
                Self.command + ["--api", url] + options, environment: ["HOLD_RECONCILER_API_TOKEN": Self.token])
            hasEnded()
            try await platform.expectNothingHeld(for: api, sourceLocation: sourceLocation)
            #expect(try await platform.seats() == seats, sourceLocation: sourceLocation)
            try await expectAgreement(on: platform, sourceLocation: sourceLocation)
            #expect(!(run.output + run.message).contains(Self.token), sourceLocation: sourceLocation)
            return (run, api.requests)
        }
    }

    @Test func agreesWhereAllIsWell() async throws {
        try await withPlatform { platform, program in
            let (run, requests) = try await verify(platform: platform, program: program)
            #expect(run.status == 0, "\(run.output)\(run.message)")
            #expect(run.output.hasSuffix("API, Redis and SQL agree; the hold was given back"))
            #expect(run.notices.isEmpty)
            #expect(requests.count == 1)
            #expect(requests.first?.headers["authorization"] == "Bearer \(Self.token)")
        }
    }

    static let wrong: [(subject: String, answering: HoldAPI.Answering)] = [
        ("available", { reply in reply.with { $0.available += 1 } }),
        ("pending", { reply in reply.with { $0.pending -= 1 } }),
        ("total", { reply in reply.with { $0.total += 10 } }),
        ("reserved", { reply in reply.with { $0.reserved = 1 } }),
        ("expiry", { reply in reply.with { $0.expiresAtEpoch += 60 } }),
        ("categories", { reply in reply.with { $0.category = "gala circle" } }),
    ]

    @Test(arguments: wrong.indices) func namesWhatDiffers(_ position: Int) async throws {
        let (subject, answering) = Self.wrong[position]
        try await withPlatform { platform, program in
            let run = try await verify(platform: platform, program: program, answering: answering).run
            #expect(run.status == 2, "\(run.output)\(run.message)")
            #expect(run.differences.contains(subject), "\(run.output)")
        }
    }

    @Test func aHoldThatIsNotInRedisDiffers() async throws {
        try await withPlatform { platform, program in
            let run = try await verify(platform: platform, program: program) { reply in
                let hold = PlatformHold(
                    token: reply.token, event: "gala", seats: [Seats("gala stalls", 2)], createdAt: 0, expiresAt: 0)
                try await platform.release(hold)
                try await platform.redis.command("DEL", platform.holdKey(reply.token))
                return reply.answer
            }.run
            #expect(run.status == 2)
            #expect(run.differences.contains("hold"), "\(run.output)")
        }
    }

    @Test func anotherBuyersHoldIsNeverTouched() async throws {
        try await withPlatform { platform, program in
            let run = try await verify(platform: platform, program: program) { reply in
                var other = reply
                other.token = "gala browsing"
                return other.answer
            }.run
            #expect(run.status == 2)
            #expect(run.differences.contains("requester") && run.differences.contains("unnamed hold"), "\(run.output)")
            #expect(try await platform.hold("gala browsing")["status"] == "held")
        }
    }

    @Test(arguments: [
        (HTTPServer.Answer.reply(500, "out of order \(token)"), "500", Int32(3)),
        (.reply(201, "garbage"), "it is not JSON", 1),
        (.reply(201, #"{"success": true, "data": {"holdToken": "x"}}"#), "it has no data.", 1),
        (.reply(307, headers: ["location": "http://127.0.0.1:1/"]), "not followed", 3),
        (.reply(401, "who are you"), "HOLD_RECONCILER_API_TOKEN", 3),
        (.cut(), "closed the connection", 1),
        (.cut("HTTP/1.1 201 Created\r\ncontent-length: 1000\r\n\r\n{\"success\": tr"), "ended in the middle", 1),
    ])
    func aHoldBehindABadAnswerIsFoundByItsRequester(
        _ answer: HTTPServer.Answer, _ words: String, _ status: Int32
    ) async throws {
        try await withPlatform { platform, program in
            let run = try await verify(platform: platform, program: program) { _ in answer }.run
            #expect(run.status == status, "\(run.output)\(run.message)")
            #expect(run.message.contains(words), "\(run.message)")
            #expect(run.output.contains("unnamed hold"))
            #expect(run.output.contains("given back"))
        }
    }

    @Test func aHoldThatIsInNoIndexIsFoundToo() async throws {
        try await withPlatform { platform, program in
            let run = try await verify(platform: platform, program: program) { reply in
                try await platform.redis.command("ZREM", platform.indexKey, reply.token)
                return .reply(500)
            }.run
            #expect(run.status == 3)
            #expect(run.output.contains("given back"), "\(run.output)")
        }
    }

    @Test func aRequestThatIsServedTwiceDiffersAndBothHoldsAreGivenBack() async throws {
        try await withPlatform { platform, program in
            let run = try await verify(platform: platform, program: program) { reply in
                let seats = [Seats("gala stalls", 2)]
                try await platform.acquire("twin", event: "gala", seats, requester: reply.requester)
                return reply.answer
            }.run
            #expect(run.status == 2)
            #expect(run.differences == ["unnamed hold"], "\(run.output)")
            #expect(try await platform.hold("twin")["status"] == "cancelled")
        }
    }

    @Test func anAPIThatIsOutOfStockAgreesOnlyWhereRedisIsToo() async throws {
        try await withPlatform { platform, program in
            let conflict = HTTPServer.Answer.reply(409, "sold out")
            let run = try await verify(platform: platform, program: program, before: { conflict }).run
            #expect(run.status == 2)
            #expect(run.differences == ["available"])
            let all = try await platform.inventory(event: "gala", category: "gala stalls")["available"]
            try await platform.acquire("gala-crowd", event: "gala", [Seats("gala stalls", Int(all ?? "") ?? 0)])
            try await HoldAPI.withAPI(on: platform) { _, url in
                let run = try await program.run(Self.command + ["--api", url])
                #expect(run.status == 0, "\(run.output)\(run.message)")
                #expect(run.output.contains("no hold was placed"))
            }
        }
    }

    /// The request is given up while its hold is being placed, or before; the hold is there when the program looks for it
    /// for the first time, or for the second.
    @Test(arguments: [1, 2]) func aRequestThatIsGivenUpMayPlaceAHoldWhichIsGivenBack(_ look: Int) async throws {
        try await withPlatform { platform, program in
            let (isAsked, isGivenUp, isPlaced, hasEnded) = (Latch(), Latch(), Latch(), Latch())
            let looks = Mutex(0)
            let handling: RedisProxy.Handling = { call, forward in
                // The index is walked for what a request has placed, and for nothing else.
                if call.name == "ZSCAN", isAsked.isOpen {
                    let number = looks.withLock { looks in
                        looks += 1
                        return looks
                    }
                    if number == look {
                        isGivenUp.open()
                        try await isPlaced.wait()
                    }
                }
                return .reply(try await forward())
            }
            let run = try await RedisProxy.withProxy(to: platform.redis, handling: handling) { proxy in
                try await verify(
                    ["--api-timeout", "10", "--redis", proxy.url, "--redis-timeout", "600", "--lease-seconds", "600"],
                    platform: platform, program: program,
                    answering: { reply in
                        isPlaced.open()
                        try await hasEnded.wait()
                        return reply.answer
                    },
                    before: {
                        isAsked.open()
                        if look == 2 { try await isGivenUp.wait() }
                        return nil
                    }, hasEnded: { hasEnded.open() }
                ).run
            }
            #expect(run.status == 1, "\(run.output)")
            #expect(run.message.contains("no whole answer for 10 s"))
            #expect(run.output.contains("given back"), "\(run.output)")
        }
    }

    @Test func nobodyIsThere() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let run = try await program.run(Self.command + ["--api", "http://127.0.0.1:1"])
            #expect(run.status == 1)
            run.expectClear("127.0.0.1", "is the API running there?")
        }
    }
}
