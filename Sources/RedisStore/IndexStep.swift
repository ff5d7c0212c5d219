package import HoldModel

/// One step of a walk over the index.
package struct IndexStep: Sendable {
    private let tape: ReplyTape
    /// How many members it shows.
    package let count: Int
    /// Where the walk goes on; `nil` at its end.
    package let next: ScanCursor?

    /// What comes before the members: two arrays, and the cursor between them.
    private static let opening = 3

    /// - Parameter tape: the reply to `ZSCAN`: the cursor, and an array in which members and scores alternate.
    init?(_ tape: ReplyTape) {
        let parts = tape.parts
        guard parts.count >= Self.opening, parts[0].kind == .array, parts[0].count == 2, parts[1].kind == .string,
            parts[2].kind == .array, parts[2].count % 2 == 0, parts.count == Self.opening + Int(parts[2].count),
            parts[Self.opening...].allSatisfy({ $0.kind == .string })
        else { return nil }
        self.tape = tape
        count = Int(parts[2].count) / 2
        next = ScanCursor(after: Array(tape.bytes[parts[1].range]))
    }

    /// Hands on each member and its score, as Redis prints it.
    package func withEachMember(_ body: (Span<UInt8>, Span<UInt8>) -> Void) {
        let bytes = tape.bytes.span
        for place in stride(from: Self.opening, to: tape.parts.count, by: 2) {
            body(bytes.extracting(tape.parts[place].range), bytes.extracting(tape.parts[place + 1].range))
        }
    }

    package var members: [HoldToken] {
        stride(from: Self.opening, to: tape.parts.count, by: 2).map {
            HoldToken(Array(tape.bytes[tape.parts[$0].range]))
        }
    }
}
