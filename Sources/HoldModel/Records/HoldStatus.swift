/// `status` of a hold hash (contract section 2).
package enum HoldStatus: String, Sendable, CaseIterable {
    case held
    case checkoutPending = "checkout_pending"
    case checkoutCommitted = "checkout_committed"
    case finalized
    case expired
    case cancelled

    /// `held`, claimed and committed holds keep seats off sale.
    package var isActive: Bool {
        switch self {
        case .held, .checkoutPending, .checkoutCommitted: true
        case .finalized, .expired, .cancelled: false
        }
    }

    package init?(bytes: [UInt8]) {
        self.init(bytes.span)
    }

    package init?(_ bytes: Span<UInt8>) {
        for (status, spelling) in Self.spellings where bytes.isEqual(to: spelling.span) {
            self = status
            return
        }
        return nil
    }

    /// The status as the hash keeps it.
    package var bytes: [UInt8] {
        Array(rawValue.utf8)
    }

    private static let spellings = allCases.map { ($0, $0.bytes) }
}
