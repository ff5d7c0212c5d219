/// A command that a client sends through a ``RedisProxy``.
package struct RedisCall: Sendable {
    package let words: [String]
    /// The source of the script that an `EVALSHA` runs, where it was loaded through the same proxy.
    package let script: String?

    /// The command in capitals: `EVALSHA`.
    package var name: String {
        words.first?.uppercased() ?? ""
    }
}
