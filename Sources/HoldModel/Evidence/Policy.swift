/// The operator's decisions that verdicts depend on (design section 3). All spans are in seconds.
package struct Policy: Sendable, Hashable {
    package enum Holds: String, Sendable, CaseIterable {
        /// Holds are kept, written again from SQL where Redis lost them, and released where their time is over.
        case rebuild
        /// Every hold is closed as `cancelled`, and `pending` is zero.
        case purge
    }

    package var holds: Holds = .rebuild
    /// Whether a purge closes claimed and committed holds as well, whose buyers are at checkout.
    package var closesCheckouts = false
    /// Leaves out whatever would put seats back on sale (`--only tighten`): holds that are over stay active.
    package var tightensOnly = false
    /// How long the platform holds seats. An accepted checkout that is older waits for its finalizer.
    package var holdTTL: Int64 = 600
    /// How long after payment the finalizer may still be under way.
    package var finalizeGrace: Int64 = 60
    /// How long past its expiry a claimed hold without an order is left alone.
    package var claimGrace: Int64 = 60
    /// How old an accepted checkout must be before evidence that it failed counts.
    package var abandonedAfter: Int64 = 3600
    /// How old an accepted checkout must be to count as abandoned without other evidence: no queue keeps a message so
    /// long.
    package var abandonOlderThan: Int64 = 14 * 86400
    /// Accepted orders of which the operator says that nobody will sell them.
    package var abandonedOrders: Set<OrderID> = []
    /// How long the hash of an accepted checkout lives after it was written again or renewed.
    package var acceptedLife: Int64 = 86400
    /// How long a hash written again from SQL outlives its expiry, so that the cleaner always finds it.
    package var rewriteMargin: Int64 = 900
    /// How long the hash of a released hold is kept, as the platform's release does.
    package var releasedTTL: Int64 = 600
    /// How long the hash of a finalized hold is kept, as the platform's finalize does.
    package var finalizedTTL: Int64 = 1800

    /// The earlier states to go back to; `nil` in every run that makes Redis agree with SQL.
    package var undoing: EarlierStates?

    /// The evidence about accepted checkouts. It is read, not decided; it is kept here because each verdict needs it.
    package var checkouts = CheckoutEvidence()

    package init() {}
}
