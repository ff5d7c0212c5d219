package import FoundationEssentials

/// The API's answer about a hold that it has placed: `data` of a 201 (`POST /v1/inventory/holds`).
package struct HoldAnswer: Sendable, Hashable, Decodable {
    /// One category after the hold was placed, in seats.
    package struct Category: Sendable, Hashable, Decodable {
        package let categoryId: String
        package let available: Int64
        package let pending: Int64
        package let total: Int64
        /// A word of the platform's, which the contract does not define.
        package let status: String?
        package let reservedQuantity: Int64
    }

    package let holdToken: String
    /// ISO 8601.
    package let expiresAt: String
    /// Seconds since 1970.
    package let expiresAtEpoch: Int64
    package let categories: [Category]

    /// The error of an answer that cannot be used. It repeats nothing of the answer's text.
    package struct Unreadable: Error, Sendable {
        package let reason: String
    }

    private struct Envelope: Decodable {
        let success: Bool
        let data: HoldAnswer
    }

    /// - Parameter body: the body of the answer, as JSON.
    /// - Throws: ``Unreadable``.
    package init(body: Data) throws(Unreadable) {
        let envelope: Envelope
        do {
            envelope = try JSONDecoder().decode(Envelope.self, from: body)
        } catch let error as DecodingError {
            throw Unreadable(reason: Self.words(for: error))
        } catch {
            throw Unreadable(reason: "it is not JSON")
        }
        guard envelope.success else { throw Unreadable(reason: "it says success: false") }
        guard !envelope.data.holdToken.isEmpty else { throw Unreadable(reason: "its holdToken is empty") }
        self = envelope.data
    }

    private static func words(for error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined().drop { $0 == "." }.description
        }
        switch error {
        case .keyNotFound(let key, let context): return "it has no \(place(context.codingPath + [key]))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "its \(place(context.codingPath)) is of another type"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            return "its \(place(context.codingPath)) cannot be read"
        case .dataCorrupted: return "it is not JSON"
        @unknown default: return "it is not JSON"
        }
    }
}
