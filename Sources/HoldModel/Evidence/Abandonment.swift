/// The reason why nobody will sell an accepted checkout any more (contract section 3).
package enum Abandonment: Sendable, Hashable {
    /// The operator named the order (`--abandon-order`).
    case named
    /// The API's call failed after the order was committed, so most likely no message was sent.
    case callFailed
    /// A confirmation failed, and the order was taken back.
    case confirmationFailed
    /// The order is older than any message that a queue keeps.
    case age
}

extension Order {
    /// Returns why nobody will sell this accepted order; `nil` where somebody may, and in doubt.
    package func abandonment(now: Timestamp, policy: Policy) -> Abandonment? {
        let evidence = policy.checkouts
        guard times.isAccepted, evidence.message(of: self) == nil else { return nil }
        if policy.abandonedOrders.contains(id) { return .named }
        // An order that is `processing` was paid for: only a person may call it off.
        guard status == .pendingPayment, evidence.lists != .unread, let age = times.age(at: now) else { return nil }
        if age > policy.abandonOlderThan { return .age }
        guard evidence.hasAnswers, evidence.lists == .read, age > policy.abandonedAfter else { return nil }
        if evidence.hasFailed(id) { return .callFailed }
        return evidence.knowsContested && paidAt != nil && !evidence.isContested(id) ? .confirmationFailed : nil
    }

    /// Whether a purge would take seats from a buyer at checkout.
    package func isAtCheckout(now: Timestamp, policy: Policy) -> Bool {
        switch OrderStanding(self, now: now, policy: policy) {
        case .reserved, .accepted: true
        case .none, .reservedOver, .abandoned, .sold, .closed: false
        }
    }

    /// Whether evidence that was not read yet could show that nobody will sell this order.
    package func needsAnswers(now: Timestamp, policy: Policy) -> Bool {
        guard !policy.checkouts.hasAnswers, policy.checkouts.lists == .read, status == .pendingPayment,
            times.isAccepted
        else { return false }
        return times.age(at: now).map { $0 > policy.abandonedAfter } ?? false
    }
}
