import Synchronization
import TestPlatform
import TestServers
import Testing

/// An endpoint that is away, slow or broken costs a run its bounded time and nothing else.
extension RunEventTests {
    private static let plain = ["check", "--format", "json", "--event", "gala"]

    /// Runs the same check without and with telemetry: status and result must be equal but for times.
    ///
    /// - Parameter words: of which the program says some.
    private func expectUnchanged(
        _ program: Program, _ variables: [String: String?], saying words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let alone = try await program.run(Self.plain)
        let run = try await program.run(Self.plain, environment: variables)
        #expect(run.status == alone.status, sourceLocation: sourceLocation)
        let (result, expected) = (try run.document(), try alone.document())
        #expect(result.totals.byCause == expected.totals.byCause, sourceLocation: sourceLocation)
        #expect(result.exitStatus == expected.exitStatus, sourceLocation: sourceLocation)
        #expect(run.notices.count == 1, "\(run.message)", sourceLocation: sourceLocation)
        #expect(words.contains { run.message.contains($0) }, "\(run.message)", sourceLocation: sourceLocation)
        #expect(!run.message.contains(Self.key), sourceLocation: sourceLocation)
    }

    /// Those that say when to come back are not asked again.
    static let refusals: [(answer: HTTPServer.Answer, words: String)] = [
        (.reply(500, headers: ["retry-after": "3600"]), "it answered 500"),
        (.reply(429, headers: ["retry-after": "3600"]), "it answered 429"), (.reply(400, key), "it answered 400"),
    ]

    @Test(arguments: refusals.indices) func anEndpointThatRefusesChangesNothing(_ position: Int) async throws {
        let (answer, words) = Self.refusals[position]
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            try await HTTPServer.withServer(
                handling: { _ in answer },
                { server in
                    try await expectUnchanged(program, Self.connection(server.url), saying: words)
                })
        }
    }

    static let failures: [(answer: HTTPServer.Answer, words: String)] = [
        (.reply(500), "it answered 500"), (.cut(), "it closed the connection"), (.cut("garbage\r\n\r\n"), ""),
    ]

    @Test(arguments: failures.indices) func anEndpointThatFailsIsAskedAgainForItsTime(_ position: Int) async throws {
        let (answer, words) = Self.failures[position]
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let asked = Mutex(0)
            let handling: HTTPServer.Handling = { _ in
                asked.withLock { $0 += 1 }
                return answer
            }
            try await HTTPServer.withServer(handling: handling) { server in
                // The last try may be cut short by the end of the time.
                try await expectUnchanged(
                    program, Self.connection(server.url, timeout: "10"), saying: "within 10.0 s: \(words)", "in time")
                #expect(asked.withLock { $0 } > 1)
            }
        }
    }

    @Test func anEndpointThatHangsCostsItsTime() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let ended = Latch()
            let hanging: HTTPServer.Handling = { _ in
                try await ended.wait()
                return .reply(200)
            }
            // Without a bound of its own this test would not end: the endpoint never answers.
            try await HTTPServer.withServer(handling: hanging) { server in
                let byDefault = Self.connection(server.url, timeout: nil)
                try await expectUnchanged(program, byDefault, saying: "within 2.0 s")
                let soon = Self.connection(server.url, timeout: "0.2")
                try await expectUnchanged(program, soon, saying: "within 0.2 s")
            }
        }
    }

    @Test func nobodyListens() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let nobody = Self.connection("http://127.0.0.1:1", timeout: "10")
            try await expectUnchanged(program, nobody, saying: "connection refused", "no connection in time")
        }
    }

    @Test(arguments: [
        "nonsense", "IngestionEndpoint=http://127.0.0.1:1", "InstrumentationKey=\(key);IngestionEndpoint=x",
    ])
    func aConnectionStringThatCannotBeUsedIsAWarning(_ text: String) async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            try await expectUnchanged(
                program, ["APPLICATION_INSIGHTS_CONNECTION_STRING": text], saying: "is no connection string")
        }
    }
}
