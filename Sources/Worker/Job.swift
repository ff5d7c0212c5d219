/// A job of the worker; its name is that in paths and metrics. Each does what a command does: `check`, `purge --stale`,
/// `rebuild --holds rebuild`.
package enum Job: String, Sendable, CaseIterable {
    case check
    case purge
    case rebuild
}
