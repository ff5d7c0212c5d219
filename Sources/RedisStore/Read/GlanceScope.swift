/// The scope of a glance, the cheap first look at an event: what it reads of holds.
package enum GlanceScope: Sendable {
    /// All that a survey reads.
    case itself
    /// The holds of orders, and which of them may belong to another event; but neither their index members nor carts,
    /// which a walk of the index shows.
    case besideIndex
}
