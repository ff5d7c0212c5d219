/// The form of the log on stderr.
package enum LogFormat: String, Sendable, CaseIterable {
    /// Lines for people.
    case text
    /// One JSON object per line.
    case json
}
