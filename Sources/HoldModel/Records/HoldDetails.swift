/// What a hold's hash says besides its state: whose it is, and when it ends by `expiresAt` and by its TTL.
package struct HoldDetails: Sendable, Hashable {
    /// The field `token`, which repeats the key.
    package let token: HoldToken?
    /// `requesterId` of `metadata`; `nil` where there is none.
    package let requester: String?
    /// `expiresAt`, ISO 8601.
    package let expiresAt: String?
    /// Milliseconds until Redis drops the key; `nil` where it has no TTL, or is not there.
    package let timeToLive: Int64?

    /// - Parameter metadata: the field as Redis keeps it. Where it cannot be read, ``requester`` is `nil`.
    package init(token: HoldToken?, metadata: [UInt8]?, expiresAt: String?, timeToLive: Int64?) {
        self.token = token
        self.requester = metadata.flatMap { HoldMetadata(json: $0)?.requester }
            .flatMap { String(validating: $0, as: UTF8.self) }
        self.expiresAt = expiresAt
        self.timeToLive = timeToLive
    }
}
