/// How much a run may change, as its operator has said.
package struct RunLimits: Sendable, Hashable {
    /// Seats that all changes together may put on sale or take off it.
    package var seats: Int64?
    /// The greatest share of a category's seats that a change may put on sale or take off it, in percent. A category that Redis does
    /// not have is put on sale whole.
    package var percent: Double?
    /// Events that may be changed.
    package var events: Int?
    /// Events that may be changed where these are more than half of a platform's.
    package var agreedEvents: Int?
    /// Index members that a purge should find.
    package var expectedMembers: Int?

    package init() {}

    /// Whether a number is about what was expected: a platform that sells goes on while a person reads.
    static func isAbout(_ found: Int, _ expected: Int) -> Bool {
        abs(found - expected) * 10 <= expected
    }
}
