package import HoldModel

/// One step of a walk over the index.
package struct IndexStep: Sendable {
    /// Members behind one another.
    struct Members: Sendable {
        let tape: ReplyTape
        /// The part that is the first of them.
        let first: Int
        let count: Int
        /// The score of all of them; where there is none, each is followed by its own.
        let score: [UInt8]?

        var stride: Int { score == nil ? 2 : 1 }
    }

    private let members: [Members]
    /// How many members it shows.
    package let count: Int
    /// Where the walk goes on; `nil` at its end.
    package let next: IndexPlace?
    /// Whether the walk begins once more: what was shown before will be shown again.
    package let isNewStart: Bool

    init(_ members: [Members], next: IndexPlace?, isNewStart: Bool = false) {
        self.members = members
        count = members.reduce(0) { $0 + $1.count }
        self.next = next
        self.isNewStart = isNewStart
    }

    /// Hands on each member and its score, as Redis prints it.
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

/// Where a walk over the index stands.
package enum IndexPlace: Sendable {
    /// Redis' own walk: a member that is there throughout comes at least once.
    case scan(ScanCursor)
    /// A walk by scores; see ``IndexOrder``.
    case order(IndexOrder)

    package static let start = IndexPlace.scan(.start)
}
