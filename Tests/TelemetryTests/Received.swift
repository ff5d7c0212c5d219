import Foundation
import Synchronization
import TestServers

/// What an ingestion endpoint got.
final class Received: Sendable {
    private let all = Mutex<[HTTPServer.Request]>([])

    var requests: [HTTPServer.Request] {
        all.withLock { $0 }
    }

    /// Keeps a request; returns how many there are.
    func add(_ request: HTTPServer.Request) -> Int {
        all.withLock { all in
            all.append(request)
            return all.count
        }
    }

    /// Keeps each request, and answers that all is well.
    func taking() -> HTTPServer.Handling {
        { request in
            _ = self.add(request)
            return .reply(200)
        }
    }

    func envelopes(of request: HTTPServer.Request) throws -> [Envelope] {
        try JSONDecoder().decode([Envelope].self, from: Data(request.body.utf8))
    }

    func envelopes() throws -> [Envelope] {
        try requests.flatMap { try envelopes(of: $0) }
    }
}

/// An envelope, as the endpoint's documentation declares it.
struct Envelope: Decodable {
    struct TypedContent: Decodable {
        let baseType: String
        let baseData: EventContent
    }

    struct EventContent: Decodable {
        let ver: Int
        let name: String
        let properties: [String: String]
        let measurements: [String: Double]
    }

    let name: String
    let time: String
    let iKey: String
    let tags: [String: String]
    let data: TypedContent
}
