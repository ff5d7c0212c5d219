/// The note for people about an accepted checkout that waits for its finalizer: how long, for what, and what to do.
extension Finding {
    /// - Parameters:
    ///   - seats: the seats that it keeps off sale.
    ///   - hash: the state of the hold's hash.
    init(
        waiting order: Order, in event: EventID?, seats: [SeatLine], hash: FindingState, now: Timestamp, policy: Policy
    ) {
        self.init(
            .waitingFinalizer, event: event, hold: order.token.bytes.isEmpty ? nil : order.token,
            seats: seats.reduce(0) { $0 &+ $1.quantity }, before: hash, after: hash,
            detail: "order \(order.id) (\(order.status?.rawValue ?? "unknown")) waits for its finalizer for "
                + "\(spelledAge(order.times.age(at: now) ?? 0)); \(policy.checkouts.words(of: order))",
            outcome: .noted)
    }
}

extension CheckoutEvidence {
    /// Says where the message of a waiting order is, and what to do.
    fileprivate func words(of order: Order) -> String {
        switch (message(of: order), lists) {
        case (.queue, _): "its message is in the queue: does the finalizer run?"
        case (.deadLetters, _):
            "its message is in the dead letters: replay it, or take it out and close the order in SQL"
        case (nil, .read):
            (hasFailed(order.id) ? "its API call failed and its message" : "its message")
                + " is in neither list: send it again if it was paid for, else close the order in SQL"
        case (nil, .unread), (nil, .elsewhere):
            (hasFailed(order.id) ? "its API call failed; " : "")
                + "its message cannot be seen from here: look into the queue, and close the order in SQL if it was never paid for"
        }
    }
}

/// Spells a time in at most two units: `2 h 5 min`, `15 d 3 h`.
package func spelledAge(_ seconds: Int64) -> String {
    let units: [(name: String, length: Int64)] = [("d", 86400), ("h", 3600), ("min", 60), ("s", 1)]
    guard let first = units.firstIndex(where: { seconds >= $0.length }) else { return "0 s" }
    var words = "\(seconds / units[first].length) \(units[first].name)"
    if first + 1 < units.count {
        let rest = seconds % units[first].length / units[first + 1].length
        if rest > 0 { words += " \(rest) \(units[first + 1].name)" }
    }
    return words
}
