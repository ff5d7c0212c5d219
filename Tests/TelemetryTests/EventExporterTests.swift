import Foundation
import HoldModel
import Synchronization
import Telemetry
import TestServers
import Testing

/// Delivery to an ingestion endpoint that answers as it likes.
@Suite("an exporter") struct EventExporterTests {
    static let key = "00000000-1111-2222-3333-444444444444"
    static let trace = TraceContext(
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: nil)

    /// More than any delivery takes that comes to an end.
    static let patience = Duration.seconds(120)

    func event(_ name: String = "Sample", properties: [String: String] = ["command": "check"]) -> CustomEvent {
        CustomEvent(
            name: name, time: Timestamp(milliseconds: 2_000_000_000_123), properties: properties,
            measurements: ["seats": 4, "share": 0.5, "none": .nan], trace: Self.trace)
    }

    /// Runs `body` with an exporter whose endpoint gives the answers in turn, the last of them again and again.
    func with<T: Sendable>(
        _ answers: [HTTPServer.Answer], capacity: Int = 1000,
        _ body: (EventExporter, Received) async throws -> T
    ) async throws -> T {
        let received = Received()
        let handling: HTTPServer.Handling = { request in
            answers[min(received.add(request), answers.count) - 1]
        }
        return try await HTTPServer.withServer(handling: handling) { server in
            let text = "InstrumentationKey=\(Self.key);IngestionEndpoint=\(server.url)/"
            let exporter = EventExporter(
                try IngestionSettings(connectionString: text),
                source: EventSource(role: "hold-reconciler", instance: "host", version: "1"), capacity: capacity)
            return try await body(exporter, received)
        }
    }

    @Test func sendsTheEnvelopeThatTheEndpointDocuments() async throws {
        try await with([.reply(200)]) { exporter, received in
            exporter.record(event(properties: ["command": "check", "error": String(repeating: "x", count: 9000)]))
            let delivery = await exporter.flush(within: Self.patience)
            #expect(delivery.delivered == 1 && delivery.lost == 0 && delivery.reason == nil)
            let request = try #require(received.requests.first)
            #expect(request.method == "POST" && request.path == "/v2.1/track")
            #expect(request.headers["content-type"] == "application/json")
            let envelope = try #require(try received.envelopes().first)
            #expect(envelope.name == "Microsoft.ApplicationInsights.00000000111122223333444444444444.Event")
            #expect(envelope.time == "2033-05-18T03:33:20.123Z")
            #expect(envelope.iKey == Self.key)
            #expect(
                envelope.tags == [
                    "ai.cloud.role": "hold-reconciler", "ai.cloud.roleInstance": "host", "ai.application.ver": "1",
                    "ai.operation.id": "0af7651916cd43dd8448eb211c80319c",
                    "ai.operation.parentId": "b7ad6b7169203331",
                ])
            #expect(envelope.data.baseType == "EventData" && envelope.data.baseData.ver == 2)
            #expect(envelope.data.baseData.name == "Sample")
            #expect(envelope.data.baseData.properties["command"] == "check")
            let error = try #require(envelope.data.baseData.properties["error"])
            #expect(error.utf8.count <= 8192 && error.contains("bytes left out"))
            #expect(envelope.data.baseData.measurements == ["seats": 4, "share": 0.5])
        }
    }

    @Test(arguments: [
        [HTTPServer.Answer.reply(500), .reply(200)], [.reply(429, headers: ["retry-after": "0"]), .reply(200)],
        [.cut(), .reply(503), .reply(200)], [.reply(408), .reply(200)],
    ])
    func triesAgainWhereThatMayHelp(_ answers: [HTTPServer.Answer]) async throws {
        try await with(answers) { exporter, received in
            exporter.record(event())
            let delivery = await exporter.flush(within: Self.patience)
            #expect(delivery.delivered == 1 && delivery.lost == 0)
            #expect(received.requests.count == answers.count)
        }
    }

    @Test(arguments: [(HTTPServer.Answer.cut(), "it closed the connection"), (.reply(503), "it answered 503")])
    func saysWhyTheLastTryThatFailedDid(_ answer: HTTPServer.Answer, _ reason: String) async throws {
        try await with([answer, .reply(200)]) { exporter, _ in
            exporter.record(event())
            let delivery = await exporter.flush(within: Self.patience)
            #expect(delivery.delivered == 1 && delivery.reason == reason)
        }
    }

    @Test(arguments: [400, 401, 404, 439]) func givesUpAtOnceWhereItMayNot(_ status: Int) async throws {
        try await with([.reply(status, "InstrumentationKey \(Self.key) is unknown")]) { exporter, received in
            exporter.record(event())
            let delivery = await exporter.flush(within: Self.patience)
            #expect(delivery.delivered == 0 && delivery.lost == 1)
            #expect(delivery.reason?.contains(String(status)) ?? false)
            #expect(delivery.reason?.contains(Self.key) == false)
            #expect(received.requests.count == 1)
        }
    }

    @Test func doesNotWaitForARetryThatComesTooLate() async throws {
        try await with([.reply(429, headers: ["retry-after": "3600"])]) { exporter, received in
            exporter.record(event())
            let start = ContinuousClock.now
            let delivery = await exporter.flush(within: Self.patience)
            #expect(start.duration(to: .now) < Self.patience)
            #expect(delivery.lost == 1)
            #expect(received.requests.count == 1)
        }
    }

    @Test func sendsTheRestOfAPartAgain() async throws {
        let part = """
            {"itemsReceived": 3, "itemsAccepted": 1, "errors": [{"index": 1, "statusCode": 500, "message": "x"},
            {"index": 2, "statusCode": 400, "message": "x"}, {"index": 9, "statusCode": 500, "message": "x"}]}
            """
        try await with([.reply(206, part), .reply(200)]) { exporter, received in
            for name in ["one", "two", "three"] { exporter.record(event(name)) }
            let delivery = await exporter.flush(within: Self.patience)
            #expect(delivery.delivered == 2 && delivery.lost == 1)
            let names = try received.requests.map { try received.envelopes(of: $0).map(\.data.baseData.name) }
            #expect(names == [["one", "two", "three"], ["two"]])
        }
    }

    @Test func dropsTheOldestAndCountsThem() async throws {
        try await with([.reply(200)], capacity: 2) { exporter, received in
            for name in ["one", "two", "three"] { exporter.record(event(name)) }
            let delivery = await exporter.flush(within: Self.patience)
            #expect(delivery.delivered == 2 && delivery.lost == 1)
            let names = try received.envelopes().map(\.data.baseData.name)
            #expect(names == ["two", "three"])
        }
    }

    @Test func servesAServiceUntilItEnds() async throws {
        let isReceived = Latch()
        let handling: HTTPServer.Handling = { _ in
            isReceived.open()
            return .reply(200)
        }
        try await HTTPServer.withServer(handling: handling) { server in
            let text = "InstrumentationKey=\(Self.key);IngestionEndpoint=\(server.url)"
            let exporter = EventExporter(
                try IngestionSettings(connectionString: text),
                source: EventSource(role: "r", instance: "i", version: "v"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await exporter.run() }
                exporter.record(event())
                try await isReceived.wait()
                group.cancelAll()
            }
            let delivery = await exporter.flush(within: Self.patience)
            #expect(delivery.lost == 0 || delivery.delivered == 1)
        }
    }
}
