import Foundation
import TestPlatform
import TestServers
import Testing

/// What happens around the spot check while its hold stands, and what keeps it from placing one.
extension VerifyAPITests {
    @Test(arguments: [SIGINT, SIGTERM]) func aSignalGivesTheHoldBack(_ number: Int32) async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let (isPlaced, hasEnded) = (Latch(), Latch())
            let answering: HoldAPI.Answering = { reply in
                isPlaced.open()
                try await hasEnded.wait()
                return reply.answer
            }
            try await HoldAPI.withAPI(on: platform, answering: answering) { api, url in
                let run = try await program.run(
                    Self.command + ["--api", url], hasEnded: { isPlaced.open() }
                ) { pid in
                    try await isPlaced.wait()
                    kill(pid, number)
                }
                hasEnded.open()
                #expect(run.status == 8, "\(run.output)\(run.message)")
                #expect(run.output.contains("partial: ") && run.output.contains("the hold was given back"))
                try await platform.expectNothingHeld(for: api)
                try await expectAgreement(on: platform)
            }
        }
    }

    /// The connection ends at the survey, or at the release, that follows the placing.
    @Test(arguments: ["survey", "release"]) func redisIsLostWhileTheHoldStands(_ script: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let (isPlaced, isCut) = (Latch(), Latch())
            let words = script == "survey" ? "Reads inventory" : "Releases"
            let handling: RedisProxy.Handling = { call, forward in
                guard isPlaced.isOpen, !isCut.isOpen, call.script?.contains(words) ?? false else {
                    return .reply(try await forward())
                }
                isCut.open()
                // The lease that cannot be given back ends soon, but not before.
                try await platform.redis.command("PEXPIRE", platform.leaseKey, "1000")
                return .cut([])
            }
            let answering: HoldAPI.Answering = { reply in
                isPlaced.open()
                return reply.answer
            }
            try await HoldAPI.withAPI(on: platform, answering: answering) { api, url in
                try await RedisProxy.withProxy(to: platform.redis, handling: handling) { proxy in
                    let run = try await program.run(
                        Self.command + ["--api", url, "--lease-seconds", "600"], environment: ["REDIS_URL": proxy.url])
                    #expect(isCut.isOpen)
                    #expect(run.status & 1 == 1)
                    #expect(run.output.contains("given back"), "\(run.output)\(run.message)")
                    run.expectClear("ended: closed by the server")
                }
                try await platform.expectNothingHeld(for: api)
                try await expectAgreement(on: platform)
            }
        }
    }

    /// Nothing is kept on a connection, so that another does as well. It has ended before the answer comes.
    @Test func aConnectionToSQLIsLostWhileTheHoldStands() async throws {
        try await withPlatform { platform, program in
            let (run, _) = try await verify(platform: platform, program: program) { reply in
                try await platform.sql(
                    """
                    SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """)
                return reply.answer
            }
            #expect(run.status == 0, "\(run.output)\(run.message)")
            #expect(run.output.contains("given back"), "\(run.output)\(run.message)")
        }
    }

    @Test func othersWhoBuyMeanwhileAreNoDifference() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let answering: HoldAPI.Answering = { reply in
                try await platform.acquire("late buyer", event: "gala", [Seats("gala stalls", 5)])
                return reply.answer
            }
            try await HoldAPI.withAPI(on: platform, answering: answering) { api, url in
                let run = try await program.run(Self.command + ["--api", url])
                #expect(run.status == 0, "\(run.output)\(run.message)")
                #expect(run.output.contains("1 change by others meanwhile"))
                #expect(try await platform.hold("late buyer")["status"] == "held")
                try await platform.expectNothingHeld(for: api)
                try await expectAgreement(on: platform)
            }
        }
    }

    @Test func whereCountsDoNotAddUpNothingIsPlaced() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            try await platform.redis.command(
                "HINCRBY", platform.inventoryKey(event: "gala", category: "gala stalls"), "available", "1")
            try await HoldAPI.withAPI(on: platform) { api, url in
                let run = try await program.run(Self.command + ["--api", url])
                #expect(run.status == 2)
                #expect(run.output.contains("no hold was asked for"))
                #expect(api.requests.isEmpty)
            }
        }
    }

    @Test func whatCannotBeVerifiedIsNotPlaced() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            try await HoldAPI.withAPI(on: platform) { api, url in
                let place = ["verify-api", "--api", url, "--category", "gala stalls"]
                let without = try await program.run(place + ["--event", "gala"])
                #expect(without.status == 64)
                #expect(without.message.contains("--execute") && without.message.contains("gala stalls"))
                let elsewhere = try await program.run(place + ["--event", "opera", "--execute"])
                #expect(elsewhere.status == 32)
                elsewhere.expectClear("'opera'", "--event")
                try await platform.redis.command("SET", platform.leaseKey, "another run")
                let busy = try await program.run(place + ["--event", "gala", "--execute"])
                #expect(busy.status == 16)
                busy.expectClear("another run")
                #expect(api.requests.isEmpty)
            }
        }
    }

    @Test(arguments: [
        ["--api", "ftp://127.0.0.1"], ["--api", "127.0.0.1:80"], ["--api", "http://user:\(token)@127.0.0.1"],
        ["--api", "http://127.0.0.1?token=\(token)"], ["--api", "http://127.0.0.1", "--quantity", "0"], [],
    ])
    func usageThatMakesNoSense(_ options: [String]) async throws {
        try await withPlatform { _, program in
            let run = try await program.run(Self.command + options)
            #expect(run.status == 64)
            #expect(!run.message.contains(Self.token))
        }
    }

    @Test func tlsIsCheckedAgainstItsAuthority() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let handling: HTTPServer.Handling = { _ in .reply(403, "nobody") }
            try await HTTPServer.withTLSServer(handling: handling) { server in
                let command = Self.command + ["--api", server.url]
                let trusted = try await program.run(command + ["--api-ca-file", server.caFile ?? ""])
                #expect(trusted.message.contains("with 403: nobody"), "\(trusted.message)")
                let unknown = try await program.run(command)
                #expect(unknown.status == 1)
                unknown.expectClear("TLS failed", "--api-ca-file")
                let missing = try await program.run(command + ["--api-ca-file", "/nowhere.pem"])
                #expect(missing.status == 1)
                missing.expectClear("/nowhere.pem")
            }
        }
    }

    @Test func theCallersTraceGoesOnInTheRequest() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            try await HoldAPI.withAPI(on: platform) { api, url in
                let trace = "0af7651916cd43dd8448eb211c80319c"
                let run = try await program.run(
                    Self.command + ["--api", url, "--format", "json"],
                    environment: ["TRACEPARENT": "00-\(trace)-b7ad6b7169203331-01", "TRACESTATE": "congo=t61"])
                #expect(run.status == 0, "\(run.output)")
                let headers = try #require(api.requests.first).headers
                let parts = try #require(headers["traceparent"]).split(separator: "-")
                #expect(parts.map(String.init)[0...1] == ["00", trace])
                #expect(parts.count == 4 && parts[2] != "b7ad6b7169203331")
                #expect(headers["tracestate"] == "congo=t61")
                let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
                #expect(report.traceId == trace)
                #expect(report.placed == report.givenBack && report.placed.count == 1)
                #expect(!report.differs && report.lines.count > 10)
            }
        }
    }

    private struct Report: Decodable {
        struct Line: Decodable {
            let subject: String
            let result: String
        }

        let traceId: String
        let differs: Bool
        let placed: [String]
        let givenBack: [String]
        let lines: [Line]
    }
}
