/// What SQL and the evidence about accepted checkouts say of a token's order: the rows of the table (design section 3).
package enum OrderStanding: String, Sendable, CaseIterable {
    case none
    /// The order came with its hold, and ends with it.
    case reserved
    case reservedOver
    /// The finalizer may sell it at any time; it does not expire.
    case accepted
    /// It was accepted, and nobody will sell it.
    case abandoned
    case sold
    case closed
}

/// What the survey says of a token's hash, judged by the hash's own expiry: the columns of the table (design section
/// 3).
package enum HashStanding: String, Sendable, CaseIterable {
    /// No hash, or one that no script can use: a zombie or malformed.
    case unusable
    case active
    case heldExpired
    case claimedExpired
    case finalized
    case released
}

/// What one cell of the table says. Where that depends on a grace, ``Verdict`` settles it.
package enum Ruling: Sendable, Hashable {
    /// Nothing stands behind the token.
    case absent
    /// The hold lives and its hash stays as it is.
    case active
    /// SQL's expiry is earlier than the hash's: the client extended the hold, which SQL is not told.
    case extended
    /// The hold lives in SQL only: its hash is written again.
    case rewrite
    /// The hold lives. Its hash must be there, and claimed, when the finalizer comes, so it is renewed in time.
    case keepForFinalizer
    case release(HoldStatus)
    /// A claimed hold without an order: its row may still be on its way.
    case releaseAfterGrace
    /// SQL has sold the seats: the finalizer is under way, or died.
    case finalizeAfterGrace
    /// Redis has sold what SQL does not know: an old snapshot, or a database that was set back.
    case sqlBehind
    /// An open order whose seats were put back on sale.
    case notActive
    /// An accepted order whose hold is over: the finalizer will sell these seats all the same.
    case activeWithoutHold
    case ended
}

/// The table that says what becomes of a hold, the only one in the program (design section 3).
package enum VerdictTable {
    package static func ruling(_ order: OrderStanding, _ hash: HashStanding) -> Ruling {
        switch order {
        case .none:
            row(hash, .absent, .active, .release(.expired), .releaseAfterGrace, .sqlBehind, .ended)
        case .reserved:
            row(hash, .rewrite, .active, .active, .active, .sqlBehind, .notActive)
        case .reservedOver:
            row(hash, .ended, .extended, .release(.expired), .active, .sqlBehind, .ended)
        case .accepted:
            row(
                hash, .rewrite, .keepForFinalizer, .keepForFinalizer, .keepForFinalizer, .sqlBehind, .activeWithoutHold)
        case .abandoned:
            row(hash, .ended, .release(.cancelled), .release(.expired), .release(.cancelled), .sqlBehind, .ended)
        case .sold:
            row(hash, .ended, .finalizeAfterGrace, .finalizeAfterGrace, .finalizeAfterGrace, .ended, .ended)
        case .closed:
            row(hash, .ended, .release(.cancelled), .release(.expired), .release(.cancelled), .ended, .ended)
        }
    }

    /// One row of the table, its cells in the order of the columns.
    private static func row(
        _ hash: HashStanding, _ unusable: Ruling, _ active: Ruling, _ heldExpired: Ruling, _ claimedExpired: Ruling,
        _ finalized: Ruling, _ released: Ruling
    ) -> Ruling {
        switch hash {
        case .unusable: unusable
        case .active: active
        case .heldExpired: heldExpired
        case .claimedExpired: claimedExpired
        case .finalized: finalized
        case .released: released
        }
    }
}
