import Foundation
import NIOSSL
import TestServers
import Testing

@testable import Telemetry

/// An endpoint that sends the events on: they and their key stay with whom the connection string names.
@Suite("a redirect") struct RedirectTests {
    private static let asked = "https://in.example:8443/v2.1/track"

    @Test(
        "is followed to the same host over https, where method and body stay what they are",
        arguments: [
            (307, "https://in.example/v2/track", "https://in.example/v2/track"),
            (308, "/other", "https://in.example:8443/other"),
            (308, "https://IN.example/x", "https://IN.example/x"),
        ])
    func isFollowed(_ status: Int, _ location: String, _ target: String) {
        #expect(Redirect(status: status, location: location, of: Self.asked) == .to(target))
    }

    @Test(
        "is not followed elsewhere, nor over plain http, nor where the request would become another one",
        arguments: [
            (302, "https://in.example/x"), (301, "https://in.example/x"), (303, "https://in.example/x"),
            (307, "https://other.example/x"), (307, "https://in.example.evil.example/x"), (308, "http://in.example/x"),
            (308, "https://user@in.example/x"), (308, "//other.example/x"), (307, nil),
            (300, "https://in.example/"),
        ])
    func isNotFollowed(_ status: Int, _ location: String?) {
        #expect(Redirect(status: status, location: location, of: Self.asked) == .refused)
    }

    @Test("of any other status is none", arguments: [200, 206, 304, 400, 500])
    func isNone(_ status: Int) {
        #expect(Redirect(status: status, location: "https://other.example/x", of: Self.asked) == Redirect.none)
    }

    private func deliver(
        from first: HTTPServer, authorities: [NIOSSLCertificate]? = nil
    ) async throws -> Delivery {
        let text = "InstrumentationKey=\(EventExporterTests.key);IngestionEndpoint=\(first.url)"
        let exporter = EventExporter(
            try IngestionSettings(connectionString: text),
            source: EventSource(role: "r", instance: "i", version: "v"), authorities: authorities)
        exporter.record(EventExporterTests().event())
        return await exporter.flush(within: EventExporterTests.patience)
    }

    @Test("that ends in 200 elsewhere delivers nothing, and where it leads gets nothing", arguments: [302, 307, 308])
    func deliversNothing(_ status: Int) async throws {
        let received = Received()
        try await HTTPServer.withServer(handling: received.taking()) { other in
            let redirect: HTTPServer.Handling = { _ in .reply(status, headers: ["location": other.url + "/v2.1/track"])
            }
            try await HTTPServer.withServer(handling: redirect) { first in
                let delivery = try await deliver(from: first)
                #expect(delivery.delivered == 0 && delivery.lost == 1)
                #expect(delivery.reason?.contains("\(status), a redirect that is not followed") == true)
                #expect(received.requests.isEmpty)
            }
        }
    }

    @Test("to the same host delivers, and one that leads in a circle ends", arguments: [true, false])
    func delivers(_ ends: Bool) async throws {
        let received = Received()
        let handling: HTTPServer.Handling = { request in
            _ = received.add(request)
            return ends && request.path == "/there" ? .reply(200) : .reply(308, headers: ["location": "/there"])
        }
        try await HTTPServer.withTLSServer(handling: handling) { server in
            let delivery = try await deliver(
                from: server, authorities: try NIOSSLCertificate.fromPEMFile(try #require(server.caFile)))
            #expect(delivery.delivered == (ends ? 1 : 0))
            #expect(received.requests.count == (ends ? 2 : Redirect.most + 1))
            #expect(Set(received.requests.map(\.body)).count == 1)
        }
    }

    @Test("is no matter where the endpoint speaks TLS older than 1.2: it gets nothing")
    func oldTLS() async throws {
        let received = Received()
        try await HTTPServer.withTLSServer(isOld: true, handling: received.taking()) { server in
            let text = "InstrumentationKey=\(EventExporterTests.key);IngestionEndpoint=\(server.url)"
            let exporter = EventExporter(
                try IngestionSettings(connectionString: text),
                source: EventSource(role: "r", instance: "i", version: "v"),
                authorities: try NIOSSLCertificate.fromPEMFile(try #require(server.caFile)))
            exporter.record(EventExporterTests().event())
            let delivery = await exporter.flush(within: .seconds(2))
            #expect(delivery.delivered == 0 && delivery.lost == 1)
            #expect(received.requests.isEmpty)
        }
    }
}
