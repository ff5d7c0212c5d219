import HoldModel
import Testing

@testable import Reconciliation

@Suite struct DisputedCategoriesTests {
    private let a = EventID("a")
    private let b = EventID("b")
    private let c = EventID("c")
    private let stalls = CategoryID("stalls")

    private func refused(_ event: EventID, _ missing: [CategoryID] = []) -> EventPlan {
        EventPlan(
            event: event, standing: .refused("why"), findings: [], holds: [], counts: [],
            missing: missing.map { MissingCategory(category: $0, owner: "holds:t") })
    }

    @Test func aCategoryIsClaimedByTheOtherEventOnly() {
        let disputes = DisputedCategories()
        #expect(disputes.claims(on: [stalls], of: b).isEmpty)
        disputes.take(refused(a, [stalls]))
        #expect(disputes.claims(on: [stalls], of: b) == [stalls: .init(event: a, owner: "holds:t")])
        #expect(disputes.claims(on: [stalls], of: a).isEmpty)
        #expect(disputes.claims(on: [CategoryID("circle")], of: b).isEmpty)
    }

    @Test func anInventoryIsKeptThatAHoldNamesOrWhoseEventWasRefused() {
        let disputes = DisputedCategories()
        disputes.take(refused(a))
        disputes.take(stalls, named: "holds:t", in: b)
        #expect(disputes.objection(to: [(a, CategoryID("any"))]) == "event a was refused")
        #expect(disputes.objection(to: [(c, stalls), (b, stalls)]) == "holds:t names it, and is not over")
        #expect(disputes.objection(to: [(c, stalls)]) == nil)
    }

    @Test func anEventThatAgreesClaimsNothing() {
        let disputes = DisputedCategories()
        disputes.take(EventPlan(event: a, standing: .agrees, findings: [], holds: [], counts: []))
        #expect(disputes.objection(to: [(a, stalls)]) == nil)
    }

    @Test(arguments: [true, false]) func whereThereAreTooManyEveryCategoryIsDisputed(_ areEvents: Bool) {
        let disputes = DisputedCategories(room: 3)
        for number in 1...4 {
            #expect(disputes.claims(on: [stalls], of: b).isEmpty)
            #expect(disputes.objection(to: [(c, stalls)]) == nil)
            if areEvents {
                disputes.take(refused(EventID("e\(number)")))
            } else {
                disputes.take(CategoryID("c\(number)"), named: "holds:t", in: a)
            }
        }
        #expect(
            disputes.claims(on: [stalls], of: b)[stalls]
                == .init(event: nil, owner: "more of them than this run can keep"))
        #expect(disputes.objection(to: [(c, stalls)]) != nil)
    }
}
