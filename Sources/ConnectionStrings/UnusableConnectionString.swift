/// The error of a text that cannot be used as a connection string. It says why, and which form to use. It never repeats
/// a byte of the text, which may have a password anywhere.
package struct UnusableConnectionString: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    /// - Parameter reason: what is wrong with it, as the rest of a sentence about it.
    static func postgres(_ reason: String) -> UnusableConnectionString {
        UnusableConnectionString(
            "the PostgreSQL connection string cannot be used: \(reason); \(ForeignForm.postgresForms) (its text is not "
                + "repeated here, since it may hold a password)")
    }
}
