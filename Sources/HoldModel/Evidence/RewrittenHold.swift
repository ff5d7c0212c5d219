/// A hold hash that is written again from its order, such that the platform's own scripts can go on with it (design
/// section 3).
///
/// If the order came with its hold, a buyer must be able to claim it, and the cleaner to release it. If it was
/// accepted, the finalizer must be able to finalize it.
package struct RewrittenHold: Sendable, Hashable {
    package let token: HoldToken
    package let order: OrderID
    package let event: EventID
    package let lines: [SeatLine]
    package let terms: RewrittenTerms
    /// `metadata` of the present hash, where it says whose the hold is; else `nil`.
    package let metadata: [UInt8]?

    /// - Parameters:
    ///   - remains: what can be read of the present hash.
    ///   - score: the score of the hold's index member.
    package init(
        order: Order, now: Timestamp, policy: Policy, keeping remains: HoldRemains? = nil, score: IndexScore = .noMember
    ) {
        token = order.token
        self.order = order.id
        event = order.event
        // SQL does not keep the sequence of a hold's entries. Any fixed one lets callers that read the hash agree with
        // it.
        lines = order.lines.sorted { $0.category < $1.category }
        let kept = remains?.expiry.settled(score: score, now: now).flatMap { Timestamp(seconds: $0.end) }
        terms = RewrittenTerms(order.times, now: now, policy: policy, keeping: kept)
        metadata = remains?.metadata?.written(for: order.event)
    }

    package var status: HoldStatus { terms.status }
    package var createdAt: Timestamp { terms.createdAt }
    package var expiresAt: Timestamp { terms.expiresAt }
    package var expiresAtEpoch: Int64 { terms.expiresAtEpoch }
    package var keyExpiresAtEpoch: Int64 { terms.keyExpiresAtEpoch }

    /// Returns `metadata` for a hold of this event without a hash: SQL does not have `requesterId`, so it names this
    /// program.
    package static func metadata(of event: Span<UInt8>) -> [UInt8] {
        HoldMetadata.json(event: event, requester: Array("hold-reconciler".utf8).span)
    }

    /// `entries`, a JSON array of the contract's shape.
    package var entries: [UInt8] {
        var text = EntriesText()
        text.begin()
        for line in lines {
            text.add(
                EntriesText.opening(event: event.bytes.span, category: line.category.bytes.span),
                quantity: line.quantity)
        }
        text.end()
        return text.bytes
    }

    /// The size of ``entries``, about, in bytes.
    package var entriesSize: Int {
        lines.reduce(2) { $0 + 48 + event.bytes.count + $1.category.bytes.count }
    }
}
