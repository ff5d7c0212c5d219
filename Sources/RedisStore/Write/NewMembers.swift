package import HoldModel

/// The index members of holds that will be created, of one page or of a window.
///
/// They come in the order in which a sorted set takes them fastest: by score, and those of one score by token.
package struct NewMembers: Sendable {
    private struct Member {
        /// Seconds since 1970.
        let score: Int64
        /// The token's first eight bytes, as a number that sorts like them; tokens of one head may come in any order.
        let head: UInt64
        /// Which table it is of, and the place of its order, or of its hold, there.
        let table: Int32
        let place: Int32

        init(_ hold: EventCreation.NewHold, in table: SnapshotTable, number: Int, place: Int) {
            score = hold.terms.expiresAtEpoch
            head = table.head(of: table.orders[hold.order].token)
            (self.table, self.place) = (Int32(number), Int32(place))
        }

        static func precedes(_ one: Member, _ other: Member) -> Bool {
            (one.score, one.head) < (other.score, other.head)
        }
    }

    private let tables: [SnapshotTable]
    private let members: [Member]

    /// - Parameter pages: what is created of each table.
    package init(_ pages: [(table: SnapshotTable, creations: [EventCreation])]) {
        var members: [Member] = []
        members.reserveCapacity(
            pages.reduce(0) { sum, page in page.creations.reduce(sum) { $0 + $1.holds.count } })
        for (number, page) in pages.enumerated() {
            for creation in page.creations {
                for hold in creation.holds {
                    members.append(Member(hold, in: page.table, number: number, place: hold.order))
                }
            }
        }
        members.sort(by: Member.precedes)
        self.members = members
        tables = pages.map(\.table)
    }

    /// Returns an event with its holds in the order of their members.
    package static func ordering(_ creation: EventCreation, in table: SnapshotTable) -> EventCreation {
        let holds = creation.holds
        let members = holds.indices.map { Member(holds[$0], in: table, number: 0, place: $0) }
        return creation.ordering(members.sorted(by: Member.precedes).map { holds[Int($0.place)] })
    }

    package var count: Int { members.count }

    /// Seconds since 1970.
    func score(at place: Int) -> Int64 { members[place].score }

    func withToken<Value>(at place: Int, _ body: (Span<UInt8>) -> Value) -> Value {
        let member = members[place]
        let table = tables[Int(member.table)]
        return body(table.bytes.span.extracting(table.orders[Int(member.place)].token.range))
    }

    func token(at place: Int) -> HoldToken {
        let member = members[place]
        let table = tables[Int(member.table)]
        return table.identifier(table.orders[Int(member.place)].token)
    }
}
