import HoldModel
import PlatformAPI
import Testing

/// What is said where no hold came about, and once one was given back.
@Suite("a line about the end") struct SpotLineTests {
    static let ended = HoldState.whole(Hold(status: .cancelled, expiresAtEpoch: 0, event: EventID(""), lines: []))

    func sight(available: Int64, version: Int64) -> CategorySight {
        CategorySight(
            row: CategoryRow(id: CategoryID("stalls"), total: 100, sold: 0),
            inventory: inventory(available: available, version: version), time: Sample.now)
    }

    func inventory(available: Int64, version: Int64) -> InventoryState {
        func text(_ number: Int64) -> [UInt8] { Array(String(number).utf8) }
        return .hash(
            InventoryFields(
                total: text(100), sold: text(0), pending: text(100 - available), available: text(available),
                version: text(version)))
    }

    @Test(arguments: [
        (Int64(5), Int64(5), SpotLine.Result.differs), (1, 1, .ok), (5, 1, .note), (1, 5, .note),
    ])
    func judgesOutOfStockByBothLooks(_ before: Int64, _ after: Int64, _ result: SpotLine.Result) {
        let line = SpotLine(
            outOfStock: "sold out", Sample.asked, sight(available: before, version: 1),
            sight(available: after, version: before == after ? 1 : 2))
        #expect(line.result == result)
    }

    @Test(arguments: [
        (ended, false, Int64(9), Int64(80), [SpotLine.Result.ok, .ok]), (ended, true, 9, 80, [.differs, .ok]),
        (.absent, false, 9, 80, [.differs, .ok]), (ended, false, 9, 79, [.ok, .differs]),
        (ended, false, 10, 79, [.ok, .note]),
    ])
    func provesTheEnd(
        _ state: HoldState, _ isListed: Bool, _ version: Int64, _ available: Int64, _ results: [SpotLine.Result]
    ) {
        let hold = HoldSurvey(
            token: HoldToken("t"), state: state, fence: .absent, score: isListed ? .score([49]) : .noMember)
        let sights = (before: sight(available: 80, version: 7), after: sight(available: 78, version: 8))
        let lines = SpotLine.givenBack(hold, inventory(available: available, version: version), sights)
        #expect(lines.map(\.result) == results)
    }

    @Test(arguments: [(Int64(80), true), (101, false), (-1, false)])
    func namesWhatForbidsAHold(_ available: Int64, _ isAllowed: Bool) {
        #expect((sight(available: available, version: 1).obstacle == nil) == isAllowed)
    }
}
