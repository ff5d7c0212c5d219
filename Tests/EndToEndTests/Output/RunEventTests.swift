import Foundation
import Synchronization
import TestPlatform
import TestServers
import Testing

/// The event that a run sends to Application Insights, and that nothing about it changes the run.
@Suite(.postgres) struct RunEventTests {
    static let key = "00000000-1111-2222-3333-444444444444"

    /// - Parameter timeout: seconds for the last delivery; it takes so long only where it cannot come to an end.
    static func connection(_ url: String, timeout: String? = "60") -> [String: String?] {
        [
            "APPLICATION_INSIGHTS_CONNECTION_STRING": "InstrumentationKey=\(key);IngestionEndpoint=\(url)/",
            "HOLD_RECONCILER_TELEMETRY_TIMEOUT": timeout,
        ]
    }

    @Test func ofACheckTellsWhatItSaw() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let trace = "0af7651916cd43dd8448eb211c80319c"
            let event = try await event(
                of: ["check"], program, environment: ["TRACEPARENT": "00-\(trace)-b7ad6b7169203331-01"])
            #expect(event.tags["ai.cloud.role"] == "hold-reconciler")
            #expect(event.tags["ai.operation.id"] == trace)
            #expect(event.tags["ai.operation.parentId"] == "b7ad6b7169203331")
            let content = event.data.baseData
            #expect(content.properties["command"] == "check" && content.properties["executed"] == "false")
            #expect(content.properties["exitStatus"] == "2" && content.properties["error"] == nil)
            #expect(content.measurements["exitStatus"] == 2)
            #expect(content.measurements["findings.ttl-race"] == 1 && content.measurements["seats.ttl-race"] == 4)
            #expect(content.measurements["seats"] == 4 && content.measurements["findings"] == 1)
            #expect(content.measurements["categoriesScanned"] == 2 && content.measurements["differing"] == 1)
            for name in ["ordersScanned", "holdsScanned", "durationMs", "indexMembersScanned", "eventsScanned"] {
                #expect(content.measurements[name] ?? 0 > 0, "\(name)")
            }
            #expect(content.measurements["released"] == nil)
        }
    }

    @Test func ofARebuildTellsWhatItDid() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let event = try await event(of: ["rebuild", "--holds", "rebuild", "--execute"], program)
            let content = event.data.baseData
            #expect(content.properties["executed"] == "true" && content.properties["exitStatus"] == "0")
            #expect(content.measurements["applied"] == 1 && content.measurements["verified"] == 1)
            for name in ["moved", "deferred", "refused"] { #expect(content.measurements[name] == 0) }
            #expect(event.tags["ai.operation.id"]?.count == 32)
            #expect(event.tags["ai.operation.parentId"] == nil)
        }
    }

    @Test func ofAPurgeHasTheMeasurementsOfTheCleanersEvent() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.expiredHold.inject(into: platform, event: "gala")
            _ = try await Fault.orphanMember.inject(into: platform, event: "opera")
            let dry = try await event(of: ["purge"], program).data.baseData.measurements
            #expect(["total", "released", "skipped", "errors"].map { dry[$0] } == [2, 0, 0, 0])
            let done = try await event(of: ["purge", "--execute"], program).data.baseData.measurements
            #expect(["total", "released", "skipped", "errors"].map { done[$0] } == [2, 1, 1, 0])
        }
    }

    @Test func ofARunThatFailedTellsWhy() async throws {
        try await withPlatform { platform, program in
            let content = try await event(of: ["check", "--redis", "redis://:pw-secret@127.0.0.1:1"], program)
                .data.baseData
            #expect(content.properties["exitStatus"] == "1")
            #expect(content.properties["error"]?.contains("127.0.0.1:1") ?? false)
            #expect(content.properties["error"]?.contains("pw-secret") == false)
        }
    }

    @Test func theLibrarysOwnNameOfTheVariableServesToo() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let bodies = Bodies()
            try await HTTPServer.withServer(
                handling: { bodies.take($0) },
                { server in
                    let variables: [String: String?] = [
                        "APPLICATIONINSIGHTS_CONNECTION_STRING":
                            "InstrumentationKey=\(Self.key);IngestionEndpoint=\(server.url)",
                        "HOLD_RECONCILER_TELEMETRY_TIMEOUT": "60",
                    ]
                    let run = try await program.run(["check"], environment: variables)
                    #expect(run.status == 0)
                    #expect(try bodies.events().count == 1)
                })
        }
    }

    @Test func ofAWorkersRunsEachSendsOneAndAnOutageHoldsNoneUp() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let bodies = Bodies()
            let isOut = Mutex(true)
            try await HTTPServer.withServer(
                handling: { isOut.withLock { $0 } ? .reply(503) : bodies.take($0) },
                { server in
                    let run = try await program.worker(
                        ["--check-every", "1", "--log-format", "json"], environment: Self.connection(server.url)
                    ) { worker in
                        let series = #"hold_reconciler_runs_total{job="check",result="clean"}"#
                        _ = try await worker.wait(for: "runs during the outage") {
                            try await worker.metric(series).flatMap { $0 >= 2 ? $0 : nil }
                        }
                        isOut.withLock { $0 = false }
                        _ = try await worker.wait(for: "the events of them all") {
                            try bodies.events().count >= 3 ? true : nil
                        }
                    }
                    #expect(run.status == 0)
                    #expect(try bodies.events().allSatisfy { $0.data.baseData.properties["command"] == "check" })
                    #expect(run.message.split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
                })
        }
    }

    /// Runs the program beside an endpoint that takes everything in, and returns the one event.
    private func event(
        of arguments: [String], _ program: Program, environment: [String: String?] = [:]
    ) async throws -> Event {
        let bodies = Bodies()
        return try await HTTPServer.withServer(
            handling: { bodies.take($0) },
            { server in
                let variables = Self.connection(server.url).merging(environment) { _, given in given }
                let run = try await program.run(arguments, environment: variables)
                let events = try bodies.events()
                #expect(events.count == 1)
                let event = try #require(events.first)
                #expect(event.name == "Microsoft.ApplicationInsights.00000000111122223333444444444444.Event")
                #expect(event.iKey == Self.key)
                #expect(event.data.baseType == "EventData" && event.data.baseData.name == "HoldReconcileRun")
                #expect(!run.message.contains(Self.key) && !run.output.contains(Self.key))
                return event
            })
    }
}

/// What an ingestion endpoint got.
final class Bodies: Sendable {
    private let all = Mutex<[String]>([])

    func take(_ request: HTTPServer.Request) -> HTTPServer.Answer {
        all.withLock { $0.append(request.body) }
        return .reply(200, #"{"itemsReceived": 1, "itemsAccepted": 1, "errors": []}"#)
    }

    func events() throws -> [Event] {
        try all.withLock { $0 }.flatMap { try JSONDecoder().decode([Event].self, from: Data($0.utf8)) }
    }
}

/// An event, as the endpoint's documentation declares it.
struct Event: Decodable {
    struct TypedContent: Decodable {
        let baseType: String
        let baseData: Content
    }

    struct Content: Decodable {
        let name: String
        let properties: [String: String]
        let measurements: [String: Double]
    }

    let name: String
    let iKey: String
    let tags: [String: String]
    let data: TypedContent
}
