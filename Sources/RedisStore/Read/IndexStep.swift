package import HoldModel

/// One step of a walk over the index.
package struct IndexStep: Sendable {
    /// Members that follow each other in a reply.
    struct Members: Sendable {
        let tape: ReplyTape
        /// The index of the first one's part.
        let first: Int
        let count: Int
        /// The score that all of them have; `nil` where each is followed by its own.
        let score: [UInt8]?

        var stride: Int { score == nil ? 2 : 1 }
    }

    private let members: [Members]
    /// How many members it has.
    package let count: Int
    /// Where the walk goes on; `nil` at its end.
    package let next: IndexPlace?
    /// Whether the walk starts anew, so that all members of earlier steps come again.
    package let isNewStart: Bool

    init(_ members: [Members], next: IndexPlace?, isNewStart: Bool = false) {
        self.members = members
        count = members.reduce(0) { $0 + $1.count }
        self.next = next
        self.isNewStart = isNewStart
    }

    /// Calls `body` with each member and its score, as Redis prints it.
    package func withEachMember(_ body: (Span<UInt8>, Span<UInt8>) -> Void) {
        for run in members {
            let bytes = run.tape.bytes.span
            let common = run.score ?? []
            for number in 0..<run.count {
                let place = run.first + number * run.stride
                let member = bytes.extracting(run.tape.parts[place].range)
                if run.score == nil {
                    body(member, bytes.extracting(run.tape.parts[place + 1].range))
                } else {
                    body(member, common.span)
                }
            }
        }
    }

    package var tokens: [HoldToken] {
        members.flatMap { run in
            (0..<run.count).map { HoldToken(Array(run.tape.bytes[run.tape.parts[run.first + $0 * run.stride].range])) }
        }
    }
}

/// The position of a walk over the index.
package enum IndexPlace: Sendable {
    /// A walk by `ZSCAN`: a member that is there during the whole walk comes at least once.
    case scan(ScanCursor)
    /// A walk by scores; see ``IndexOrder``.
    case order(IndexOrder)

    package static let start = IndexPlace.scan(.start)
}
