/// What is known of accepted checkouts beside their rows in `orders` (contract section 3): the finalizer's messages in
/// Redis, and the API's answers in SQL.
///
/// Orders and tokens are kept as hashes of eight bytes, since a queue may be long. Where two have the same hash, some
/// seats stay held without need, which is the safe side.
package struct CheckoutEvidence: Sendable, Hashable {
    /// Where the message of a checkout to the finalizer was seen.
    package enum MessagePlace: String, Sendable, CaseIterable {
        case queue
        case deadLetters = "dead-letters"
    }

    /// Whether the finalizer's lists tell where messages are.
    package enum Lists: Sendable, Hashable {
        /// Nobody has looked, or Redis refused: nothing may be concluded from a message that was not seen.
        case unread
        case read
        /// The operator says that the queue is not in Redis (`--finalization-queue none`).
        case elsewhere
    }

    package var lists = Lists.unread
    /// Whether ``failed`` and ``contested`` tell all that SQL knows.
    package var hasAnswers = false
    /// Whether ``contested`` can be relied on.
    package var knowsContested = true
    private var places: [UInt64: MessagePlace] = [:]
    /// Whether some message names no token. Then a token alone does not show that its order has no message.
    private var hasMessagesWithoutToken = false
    /// Orders of which every API call failed.
    private var failed: Set<UInt64> = []
    /// Orders that are no failed confirmation, although their rows may look like one: somebody paid, or a message may
    /// have been sent.
    private var contested: Set<UInt64> = []

    package init() {}

    package mutating func add(message place: MessagePlace, order: OrderID?, token: HoldToken?) {
        if let order { places[Self.hash(order: order)] = place }
        if let token { places[Self.hash(token: token.bytes.span)] = place } else { hasMessagesWithoutToken = true }
    }

    package mutating func add(failed order: OrderID) {
        failed.insert(Self.hash(order: order))
    }

    package mutating func add(contested order: OrderID) {
        contested.insert(Self.hash(order: order))
    }

    /// Returns where the message of an order was seen; `nil` where none was.
    package func message(of order: Order) -> MessagePlace? {
        if places.isEmpty { return nil }
        return places[Self.hash(order: order.id)] ?? places[Self.hash(token: order.token.bytes.span)]
    }

    /// Whether a message that was seen may be that of this token's order. For callers that know the token alone.
    func mayHaveMessage(_ token: Span<UInt8>) -> Bool {
        hasMessagesWithoutToken || (!places.isEmpty && places[Self.hash(token: token)] != nil)
    }

    /// Whether every call of the API for this order failed.
    package func hasFailed(_ order: OrderID) -> Bool {
        failed.contains(Self.hash(order: order))
    }

    func isContested(_ order: OrderID) -> Bool {
        contested.contains(Self.hash(order: order))
    }

    private static func hash(order: OrderID) -> UInt64 {
        hash(order.bytes.span, kind: 0)
    }

    private static func hash(token: Span<UInt8>) -> UInt64 {
        hash(token, kind: 1)
    }

    private static func hash(_ bytes: Span<UInt8>, kind: UInt8) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(kind)
        hasher.combine(bytes)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
