import TestPlatform
import TestServers

/// An accepted order that nobody has sold, and what tells whether somebody will (contract section 3).
enum StuckCheckout: CaseIterable {
    // Nobody will sell these.
    case failedCheckout
    case failedConfirmation
    case confirmationWhosePaymentFailed
    case olderThanAnyQueue
    // Somebody may yet sell these.
    case failedCheckoutWithinItsGrace
    case failedConfirmationWithinItsGrace
    case failedCheckoutWithAMessage
    case failedConfirmationWithAMessage
    case failedCheckoutWithADeadLetter
    case failedCheckoutThatWasTriedAgain
    case failedCheckoutThatIsBeingTriedAgain
    case checkoutWhoseProcessDied
    case checkoutWhoseMessageIsInHand
    case checkoutWithoutARow
    case aDayYoungerThanAnyQueue
    case olderThanAnyQueueWithAMessage
    case olderThanAnyQueueWithADeadLetter
    case olderThanAnyQueueAndProcessing

    static let abandoned: [StuckCheckout] = [
        .failedCheckout, .failedConfirmation, .confirmationWhosePaymentFailed, .olderThanAnyQueue,
    ]
    static let waiting = allCases.filter { !abandoned.contains($0) }

    private static let hour = 3600
    private static let day = 86400

    /// How long ago the order was accepted, in seconds.
    private var age: Int {
        switch self {
        case .failedCheckoutWithinItsGrace, .failedConfirmationWithinItsGrace: Self.hour - 300
        case .aDayYoungerThanAnyQueue: 13 * Self.day
        case .olderThanAnyQueue, .olderThanAnyQueueWithAMessage, .olderThanAnyQueueWithADeadLetter,
            .olderThanAnyQueueAndProcessing:
            14 * Self.day + Self.hour
        default: 2 * Self.hour
        }
    }

    /// Makes it of six seats of the hall, whose hash lives on.
    func make(on platform: Platform) async throws -> PlatformHold {
        let hold = try await platform.takeSixSeats(age: age + 60)
        let now = Clock.now() - age
        func checkout(_ end: CheckoutEnd) async throws {
            try await platform.checkout(hold, end, at: now, hashTTL: 3 * Self.hour)
        }
        func failConfirmation(sending: Bool = false) async throws {
            try await platform.orderB(hold, at: now - 30)
            try await platform.failConfirmationB(hold, sending: sending, at: now, hashTTL: 3 * Self.hour)
        }
        switch self {
        case .failedCheckout, .failedCheckoutWithinItsGrace: try await checkout(.failed)
        case .failedConfirmation, .failedConfirmationWithinItsGrace: try await failConfirmation()
        case .confirmationWhosePaymentFailed:
            try await failConfirmation()
            try await platform.sql("UPDATE orders SET payment_status = 'failed'")
        case .failedCheckoutWithAMessage: try await checkout(.failedAfterSending)
        case .failedConfirmationWithAMessage: try await failConfirmation(sending: true)
        case .failedCheckoutWithADeadLetter:
            try await checkout(.failedAfterSending)
            _ = try await platform.finalizeNext(failing: "the payment provider is away")
        case .failedCheckoutThatWasTriedAgain, .failedCheckoutThatIsBeingTriedAgain:
            try await checkout(.failed)
            let status = self == .failedCheckoutThatWasTriedAgain ? "completed" : "in_progress"
            try await platform.sql(
                """
                INSERT INTO api_idempotency (id, idempotency_key, status, hold_token, created_at, updated_at, expires_at)
                SELECT 'again', 'again', '\(status)', hold_token, created_at, updated_at, expires_at FROM api_idempotency
                """)
        case .checkoutWhoseProcessDied: try await checkout(.died)
        case .checkoutWhoseMessageIsInHand, .aDayYoungerThanAnyQueue, .olderThanAnyQueue:
            try await checkout(.accepted)
            _ = try await platform.takeMessage()
        case .checkoutWithoutARow: try await platform.checkoutA(hold, at: now, hashTTL: 3 * Self.hour)
        case .olderThanAnyQueueWithAMessage: try await checkout(.accepted)
        case .olderThanAnyQueueWithADeadLetter:
            try await checkout(.accepted)
            _ = try await platform.finalizeNext(failing: "the payment provider is away")
        case .olderThanAnyQueueAndProcessing:
            try await platform.orderB(hold, at: now - 30)
            try await platform.payB(hold, at: now, hashTTL: 3 * Self.hour)
        }
        return hold
    }
}
