import HoldModel

/// One step of a walk over the keyspace, whose keys are read in place in the reply.
package struct KeyStep: Sendable {
    private let tape: ReplyTape
    private let names: KeySpace
    /// Where the walk goes on.
    let cursor: [UInt8]

    /// - Returns: `nil` where the reply is not the cursor and an array of keys.
    init?(_ tape: ReplyTape, _ names: KeySpace) {
        let parts = tape.parts
        guard parts.count > 2, parts[0].kind == .array, parts[0].count == 2, parts[1].kind == .string,
            parts[2].kind == .array, parts.count == 3 + Int(parts[2].count),
            parts.dropFirst(3).allSatisfy({ $0.kind == .string })
        else { return nil }
        self.tape = tape
        self.names = names
        cursor = Array(tape.bytes[parts[1].range])
    }

    var keys: [[UInt8]] { tape.parts.dropFirst(3).map { Array(tape.bytes[$0.range]) } }

    /// Calls `body` with the token of each key that is a hold's.
    package func withEachToken(_ body: (Span<UInt8>) -> Void) {
        let (bytes, prefix) = (tape.bytes.span, names.holdPrefix)
        for part in tape.parts.dropFirst(3) where part.count >= prefix.count {
            let key = bytes.extracting(part.range)
            guard key.has(prefix.span, at: 0) else { continue }
            let token = key.extracting(prefix.count..<key.count)
            if !KeySpace.isIndexName(token) { body(token) }
        }
    }
}
