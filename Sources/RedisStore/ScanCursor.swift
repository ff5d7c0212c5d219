/// Where a walk of Redis' own stands: a word that only the server understands.
package struct ScanCursor: Sendable, Hashable {
    private static let ends = [UInt8(ascii: "0")]

    let bytes: [UInt8]

    /// The same word begins a walk and ends it.
    package static let start = ScanCursor(bytes: ends)

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// - Returns: `nil` where the walk has come to its end.
    init?(after reply: [UInt8]) {
        if reply == Self.ends { return nil }
        bytes = reply
    }
}
