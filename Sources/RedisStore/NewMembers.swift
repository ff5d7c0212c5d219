package import HoldModel

/// Index members of holds that are to be created, of one page or of all that were read together.
///
/// They come in the order in which a sorted set takes them fastest: by score, and those of one score by token.
package struct NewMembers: Sendable {
    private struct Member {
        let score: Int64
        /// See ``HoldModel/SnapshotTable/head(of:)``; tokens of one head may come in any order.
        let head: UInt64
        let table: Int32
        let order: Int32
    }

    private let tables: [SnapshotTable]
    private let members: [Member]

    /// - Parameter pages: what is created of each table.
    package init(_ pages: [(table: SnapshotTable, creations: [EventCreation])]) {
        var members: [Member] = []
        members.reserveCapacity(
            pages.reduce(0) { sum, page in page.creations.reduce(sum) { $0 + $1.holds.count } })
        for (place, page) in pages.enumerated() {
            for creation in page.creations {
                for hold in creation.holds {
                    let token = page.table.orders[hold.order].token
                    members.append(
                        Member(
                            score: hold.terms.expiresAtEpoch, head: page.table.head(of: token),
                            table: Int32(place), order: Int32(hold.order)))
                }
            }
        }
        members.sort { ($0.score, $0.head) < ($1.score, $1.head) }
        self.members = members
        tables = pages.map(\.table)
    }

    package var count: Int { members.count }

    /// Seconds since 1970.
    func score(at place: Int) -> Int64 { members[place].score }

    func withToken<Value>(at place: Int, _ body: (Span<UInt8>) -> Value) -> Value {
        let member = members[place]
        let table = tables[Int(member.table)]
        return body(table.bytes.span.extracting(table.orders[Int(member.order)].token.range))
    }

    func token(at place: Int) -> HoldToken {
        let member = members[place]
        let table = tables[Int(member.table)]
        return table.identifier(table.orders[Int(member.order)].token)
    }
}
