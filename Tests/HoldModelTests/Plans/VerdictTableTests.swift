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
        (.none, .finalized, .sqlBehind),
        (.none, .released, .ended),

        (.reserved, .unusable, .rewrite),
        (.reserved, .active, .active),
        (.reserved, .heldExpired, .active),
        (.reserved, .claimedExpired, .active),
        (.reserved, .finalized, .sqlBehind),
        (.reserved, .released, .notActive),

        (.reservedOver, .unusable, .ended),
        (.reservedOver, .active, .extended),
        (.reservedOver, .heldExpired, .release(.expired)),
        (.reservedOver, .claimedExpired, .active),
        (.reservedOver, .finalized, .sqlBehind),
        (.reservedOver, .released, .ended),

        (.accepted, .unusable, .rewrite),
        (.accepted, .active, .keepForFinalizer),
        (.accepted, .heldExpired, .keepForFinalizer),
        (.accepted, .claimedExpired, .keepForFinalizer),
        (.accepted, .finalized, .sqlBehind),
        (.accepted, .released, .activeWithoutHold),

        (.abandoned, .unusable, .ended),
        (.abandoned, .active, .release(.cancelled)),
        (.abandoned, .heldExpired, .release(.expired)),
        (.abandoned, .claimedExpired, .release(.cancelled)),
        (.abandoned, .finalized, .sqlBehind),
        (.abandoned, .released, .ended),

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
