/// Where a walk of Redis' own stands: a word that only the server understands.
///
/// A walk of a server that keeps its word never has a cursor twice, however its tables grow and shrink meanwhile. One that
/// does goes round for ever, so it is ended: each cursor is compared with one that was had before, the one at each power of
/// two (Brent), which finds every circle and keeps one word.
package struct ScanCursor: Sendable, Hashable {
    /// The server has given a cursor that it gave before.
    struct GoesRound: Error {}

    private static let ends = [UInt8(ascii: "0")]

    let bytes: [UInt8]
    /// A cursor that was had before.
    private var mark: [UInt8]
    /// Steps since then, and how many there are until this one becomes the mark.
    private var steps = 0
    private var room = 1

    /// The same word begins a walk and ends it.
    package static let start = ScanCursor(bytes: ends, mark: ends)

    private init(bytes: [UInt8], mark: [UInt8]) {
        self.bytes = bytes
        self.mark = mark
    }

    /// The cursor behind this one.
    ///
    /// - Returns: `nil` where the walk has come to its end.
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
