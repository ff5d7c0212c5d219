import HoldModel
import PostgresSource
import RedisStore
import Testing

@testable import Reconciliation

/// Whether a second look may confirm a first one. The platform's guide for a rebuild by hand writes version 1.
@Suite struct FirstProofTests {
    private static let event = EventID("gala")
    private static let category = CategoryID("stalls")

    /// A look at four seats that leaked.
    private func look(version: String?) -> EventLook {
        func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
        let snapshot = EventSnapshot(
            event: Self.event, categories: [CategoryRow(id: Self.category, total: 10, sold: 0)], orders: [])
        let request = SurveyRequest(event: Self.event, categories: [Self.category], tokens: [])
        let fields = InventoryFields(
            total: bytes("10"), sold: bytes("0"), pending: bytes("4"), available: bytes("6"),
            version: version.map(bytes))
        let survey = EventSurvey(inventory: [.hash(fields)], holds: [])
        let now = Timestamp(milliseconds: 1_777_636_800_000)
        return EventLook(
            snapshot: snapshot, request: request, survey: survey,
            plan: EventPlan(snapshot: snapshot, survey: survey, policy: Policy(), now: now), now: now, judgedAt: now)
    }

    @Test func aVersionThatWentBackIsThatOfAnotherHash() throws {
        let first = try #require(FirstProof(look(version: "7")))
        #expect(first.isOfSameHashes(as: look(version: "7")))
        #expect(first.isOfSameHashes(as: look(version: "9")))
        #expect(!first.isOfSameHashes(as: look(version: "6")))
        #expect(!first.isOfSameHashes(as: look(version: "1")))
    }

    @Test func aVersionThatCannotBeReadIsForTheCountsToTell() throws {
        #expect(try #require(FirstProof(look(version: nil))).isOfSameHashes(as: look(version: "1")))
        #expect(try #require(FirstProof(look(version: "7"))).isOfSameHashes(as: look(version: "x")))
    }
}
