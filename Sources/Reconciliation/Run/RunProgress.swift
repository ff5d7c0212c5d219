/// The progress of a run, for people.
package struct RunProgress: Sendable, Equatable {
    package enum Phase: String, Sendable {
        case census = "counting holds in Redis"
        case keyspace = "scanning keys"
        case events
        case carts = "reading holds without an order"
        case suspects = "looking at suspects again"
        case soldSeats = "auditing sold seats of events"
        case orderSeats = "auditing open orders of events"
        case purge = "purging the index"
        /// Here ``done`` is the milliseconds that Redis took.
        case waiting = "waiting because Redis answers slowly (milliseconds)"
    }

    package let phase: Phase
    package let done: Int
    /// How much there is to do; `nil` where it is not known beforehand.
    package let total: Int?
}

/// Receives progress; called from the run's own task, never at the same time.
package typealias ProgressSink = @Sendable (RunProgress) -> Void
