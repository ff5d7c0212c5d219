import FoundationEssentials

/// What a hold's hash says besides its state: whose it is, and when it ends in words and by its TTL.
package struct HoldDetails: Sendable, Hashable {
    /// The field `token`, which repeats the key.
    package let token: HoldToken?
    /// `requesterId` of `metadata`; `nil` where there is none.
    package let requester: String?
    /// `expiresAt`, ISO 8601.
    package let expiresAt: String?
    /// Milliseconds until the key ends; `nil` where it does not end by itself, or is not there.
    package let timeToLive: Int64?

    /// - Parameter metadata: the field as Redis keeps it, a JSON object.
    package init(token: HoldToken?, metadata: [UInt8]?, expiresAt: String?, timeToLive: Int64?) {
        self.token = token
        self.requester = metadata.flatMap { Self.requester(in: $0) }
        self.expiresAt = expiresAt
        self.timeToLive = timeToLive
    }

    private struct Metadata: Decodable {
        let requesterId: String
    }

    private static func requester(in metadata: [UInt8]) -> String? {
        do {
            return try JSONDecoder().decode(Metadata.self, from: Data(metadata)).requesterId
        } catch {
            // Metadata that cannot be read names nobody; whose hold it is stays unknown.
            return nil
        }
    }
}
