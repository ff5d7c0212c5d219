/// What the worker runs, by the names of its paths and metrics. Each does what the command of that name does: `check`,
/// `purge --stale`, `rebuild --holds rebuild`.
package enum Job: String, Sendable, CaseIterable {
    case check
    case purge
    case rebuild
}
