/// The cursor of a walk by `SCAN` or `ZSCAN`: a word that only the server understands.
///
/// A correct server never gives a cursor twice in one walk, however its tables grow and shrink. A walk with a repeated
/// cursor would go on for ever, so it is ended. Each cursor is compared with that of the last step whose number was a
/// power of two (Brent's algorithm), which finds every circle and keeps only one word.
package struct ScanCursor: Sendable, Hashable {
    /// The error of a server that has given a cursor twice.
    struct GoesRound: Error {}

    private static let ends = [UInt8(ascii: "0")]

    let bytes: [UInt8]
    /// The earlier cursor that each new one is compared with.
    private var mark: [UInt8]
    /// The steps since then; after how many of them the mark is set anew.
    private var steps = 0
    private var room = 1

    /// The same word begins a walk and ends it.
    package static let start = ScanCursor(bytes: ends, mark: ends)

    private init(bytes: [UInt8], mark: [UInt8]) {
        self.bytes = bytes
        self.mark = mark
    }

    /// Returns the next cursor.
    ///
    /// - Returns: `nil` at the end of the walk.
    /// - Throws: ``GoesRound``.
    func next(_ reply: [UInt8]) throws(GoesRound) -> ScanCursor? {
        if reply == Self.ends { return nil }
        if reply == bytes || reply == mark { throw GoesRound() }
        var next = ScanCursor(bytes: reply, mark: mark)
        (next.steps, next.room) = (steps + 1, room)
        if next.steps == room { (next.mark, next.steps, next.room) = (reply, 0, room * 2) }
        return next
    }
}
