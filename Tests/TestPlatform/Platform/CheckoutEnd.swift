/// How far the checkout API comes once the order is committed.
package enum CheckoutEnd: Sendable, CaseIterable {
    /// The buyer has an order number (202): the message is sent, and the idempotency row says so.
    case accepted
    /// The message could not be sent.
    case failed
    /// The message is sent; what failed is to say so.
    case failedAfterSending
    /// The process ended before it sent the message.
    case died
    /// The process ended before it could say that the message is sent.
    case diedAfterSending

    /// Whether the finalizer will learn of the order.
    package var sendsMessage: Bool {
        switch self {
        case .accepted, .failedAfterSending, .diedAfterSending: true
        case .failed, .died: false
        }
    }

    /// What the idempotency row says in the end; `nil` where it stays `in_progress`.
    package var status: String? {
        switch self {
        case .accepted: "completed"
        case .failed, .failedAfterSending: "failed"
        case .died, .diedAfterSending: nil
        }
    }
}
