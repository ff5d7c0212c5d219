/// What can be read of a hold's hash that is not whole. Where it is written again from its order, the buyer keeps two
/// things that it says: the time that the hold was given, and whose it is.
package struct HoldRemains: Sendable, Hashable {
    let expiry: StatedExpiry
    let metadata: HoldMetadata?

    /// Keeps the fields as Redis has them.
    package init(expiresAtEpoch: [UInt8]?, expiresAt: [UInt8]?, metadata: [UInt8]?) {
        expiry = StatedExpiry(expiresAtEpoch: expiresAtEpoch, expiresAt: expiresAt)
        self.metadata = metadata.flatMap { HoldMetadata(json: $0) }
    }
}
