/// What a glance tells of holds.
package enum GlanceScope: Sendable {
    /// What a survey tells.
    case itself
    /// Which of them may be another event's, as well; but of their index members nothing, and of carts neither, which a walk of
    /// the index shows.
    case besideIndex
}
