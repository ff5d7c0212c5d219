import Foundation
import Synchronization
package import TestServers

/// The platform's API for holds, on top of its scripts: `POST /v1/inventory/holds`. What it answers once a hold is placed
/// is the test's to change.
package final class HoldAPI: Sendable {
    /// What the API is about to answer.
    package struct Reply: Sendable {
        package var token: String
        package var available: Int
        package var pending: Int
        package var total: Int
        package var reserved: Int
        package var expiresAtEpoch: Int
        package var category: String
        /// Who asked.
        package let requester: String

        /// The answer as the platform gives it.
        package var answer: HTTPServer.Answer {
            let expiresAt = Clock.text(of: expiresAtEpoch)
            return .reply(
                201,
                """
                {"success": true, "data": {"holdToken": "\(token)", "expiresAt": "\(expiresAt)",
                "expiresAtEpoch": \(expiresAtEpoch), "categories": [{"categoryId": "\(category)",
                "available": \(available), "pending": \(pending), "total": \(total), "status": "available",
                "reservedQuantity": \(reserved)}]}}
                """, headers: ["content-type": "application/json"])
        }
    }

    /// Turns the reply into what the client gets.
    package typealias Answering = @Sendable (Reply) async throws -> HTTPServer.Answer

    private let platform: Platform
    private let received = Mutex<[HTTPServer.Request]>([])

    private init(_ platform: Platform) {
        self.platform = platform
    }

    /// Every request that came, in order.
    package var requests: [HTTPServer.Request] {
        received.withLock { $0 }
    }

    /// Runs `body` beside an API that places holds on `platform`.
    ///
    /// - Parameters:
    ///   - before: what happens before a hold is placed; an answer of its own instead of one, where it gives one.
    ///   - answering: what it answers afterwards.
    package static func withAPI<T: Sendable>(
        on platform: Platform, before: @escaping @Sendable () async throws -> HTTPServer.Answer? = { nil },
        answering: @escaping Answering = { $0.answer }, _ body: (HoldAPI, _ url: String) async throws -> T
    ) async throws -> T {
        let api = HoldAPI(platform)
        let handling: HTTPServer.Handling = { request in
            api.received.withLock { $0.append(request) }
            if let answer = try await before() { return answer }
            do {
                return try await answering(try await api.place(request))
            } catch let refusal as Refusal {
                return .reply(409, #"{"success": false, "error": "\#(refusal.reason)"}"#)
            }
        }
        return try await HTTPServer.withServer(handling: handling) { try await body(api, $0.url) }
    }

    /// Places the hold that a request asks for.
    private func place(_ request: HTTPServer.Request) async throws -> Reply {
        guard request.method == "POST", request.path == "/v1/inventory/holds" else { throw WrongRequest() }
        let wanted = try JSONDecoder().decode(Wanted.self, from: Data(request.body.utf8))
        guard let selection = wanted.selections.first else { throw WrongRequest() }
        let hold = try await platform.acquire(
            UUID().uuidString, event: wanted.eventId, [Seats(selection.categoryId, selection.quantity)],
            requester: wanted.requesterId)
        let counts = try await platform.inventory(event: wanted.eventId, category: selection.categoryId)
            .compactMapValues { Int($0) }
        return Reply(
            token: hold.token, available: counts["available"] ?? -1, pending: counts["pending"] ?? -1,
            total: counts["total"] ?? -1, reserved: selection.quantity, expiresAtEpoch: hold.expiresAt,
            category: selection.categoryId, requester: wanted.requesterId)
    }

    private struct Wanted: Decodable {
        struct Selection: Decodable {
            let categoryId: String
            let quantity: Int
        }

        let eventId: String
        let requesterId: String
        let selections: [Selection]
    }

    private struct WrongRequest: Error {}
}
