/// A hold that no order names, as its own hash describes it: a buyer's cart before checkout.
///
/// What it counts for is in its hash alone, so it is judged as soon as the hash is read, by the same table as
/// everything else. The caller has to know that no order names it.
package struct Cart: Sendable, Hashable {
    package let event: EventID
    package let status: HoldStatus
    /// Seconds since 1970; its index member must have this score.
    package let expiresAtEpoch: Int64
    package let lines: [SeatLine]

    /// - Parameters:
    ///   - entries: must have the one spelling that the platform writes; see ``PlainEntriesScanner``.
    ///   - now: Redis' clock.
    /// - Returns: `nil` where something must be done to the hold, or only a plan can tell.
    package init?(status: Span<UInt8>, expiresAtEpoch: Span<UInt8>, entries: [UInt8], now: Timestamp) {
        var scanner = PlainEntriesScanner(entries)
        guard let status = HoldStatus(status), status.isActive,
            let expiry = decimalInteger(expiresAtEpoch), StatedExpiry.isPlausible(expiry, at: now),
            VerdictTable.ruling(.none, HashStanding(status, expiresAtEpoch: expiry, now: now)) == .active,
            let entries = scanner.scan(), let event = entries.first?.event,
            entries.allSatisfy({ $0.event == event && (1...greatestSeatCount).contains($0.quantity) })
        else { return nil }
        self.event = event
        self.status = status
        self.expiresAtEpoch = expiry
        lines = entries.map { SeatLine(category: $0.category, quantity: $0.quantity) }
    }
}
