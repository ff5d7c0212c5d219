import HoldModel
import Testing

/// Every cell of the verdict table (design section 3), each named by its row, its column and what it says.
@Suite struct VerdictTableTests {
    struct Cell: Sendable, CustomTestStringConvertible {
        let order: OrderStanding
        let hash: HashStanding
        let ruling: Ruling

        var testDescription: String { "order \(order.rawValue), hash \(hash.rawValue)" }
    }

    private static let table: [(OrderStanding, HashStanding, Ruling)] = [
        (.none, .unusable, .absent),
        (.none, .active, .active),
        (.none, .heldExpired, .release(.expired)),
        (.none, .claimedExpired, .releaseAfterGrace),
        (.none, .finalized, .ended),
        (.none, .released, .ended),

        (.open, .unusable, .rewrite),
        (.open, .active, .active),
        (.open, .heldExpired, .active),
        (.open, .claimedExpired, .active),
        (.open, .finalized, .lookAgain),
        (.open, .released, .notActive),

        (.processing, .unusable, .rewrite),
        (.processing, .active, .active),
        (.processing, .heldExpired, .active),
        (.processing, .claimedExpired, .active),
        (.processing, .finalized, .lookAgain),
        (.processing, .released, .activeWithoutHold),

        (.openExpired, .unusable, .ended),
        (.openExpired, .active, .extended),
        (.openExpired, .heldExpired, .release(.expired)),
        (.openExpired, .claimedExpired, .active),
        (.openExpired, .finalized, .lookAgain),
        (.openExpired, .released, .ended),

        (.sold, .unusable, .ended),
        (.sold, .active, .finalizeAfterGrace),
        (.sold, .heldExpired, .finalizeAfterGrace),
        (.sold, .claimedExpired, .finalizeAfterGrace),
        (.sold, .finalized, .ended),
        (.sold, .released, .ended),

        (.closed, .unusable, .ended),
        (.closed, .active, .release(.cancelled)),
        (.closed, .heldExpired, .release(.expired)),
        (.closed, .claimedExpired, .release(.cancelled)),
        (.closed, .finalized, .ended),
        (.closed, .released, .ended),
    ]

    static let cells = table.map { Cell(order: $0.0, hash: $0.1, ruling: $0.2) }

    @Test(arguments: cells) func saysWhatTheDesignSays(_ cell: Cell) {
        #expect(VerdictTable.ruling(cell.order, cell.hash) == cell.ruling)
    }

    @Test func everyCellIsNamedOnce() {
        let named = Set(Self.cells.map { "\($0.order) \($0.hash)" })
        #expect(named.count == OrderStanding.allCases.count * HashStanding.allCases.count)
        #expect(Self.cells.count == named.count)
    }
}
