import HoldModel
import TestRandom
import Testing

@Suite("the bill of a plan")
struct BillLineTests {
    @Test("calls seats leaked that no hold accounts for")
    func leaked() {
        var sample = Sample()
        sample.stallsInventory = .counts(100, 10, 4, 86)
        #expect(sample.plan.billed == ["stalls ttl-race 4"])
    }

    @Test("calls seats at risk that are on sale and sold")
    func atRisk() {
        var sample = Sample()
        sample.stallsInventory = .counts(100, 8, 0, 92)
        #expect(sample.plan.billed == ["stalls stale-sold -2"])
    }

    @Test("tells both where they hide each other")
    func both() {
        var sample = Sample()
        sample.stallsInventory = .counts(102, 10, 3, 89)
        #expect(sample.plan.billed == ["stalls stale-total -2", "stalls ttl-race 3"])
    }

    @Test("counts what is on sale, whatever the other counts say")
    func onSale() {
        var sample = Sample()
        sample.stallsInventory = .counts(100, 10, 4, 90)
        sample.circleInventory = .counts(50, 5, 0, 47)
        #expect(sample.plan.billed == ["circle malformed -2", "stalls malformed 0"])
    }

    @Test("counts no seat that cannot go on sale, since too many are promised")
    func oversold() {
        var sample = Sample()
        sample.categories[0] = CategoryRow(id: stalls, total: 100, sold: 98)
        sample.holds = [.sample("browsing", .held, seats(4))]
        sample.stallsInventory = .counts(100, 98, 6, 0)
        #expect(sample.plan.billed == ["stalls ttl-race 0"])
        sample.stallsInventory = .counts(101, 98, 6, 0)
        #expect(sample.plan.billed == ["stalls stale-total 0", "stalls ttl-race 0"])
    }

    @Test("calls no seat at risk that is not on sale, since another difference hides it")
    func hidden() {
        var sample = Sample()
        sample.categories[0] = CategoryRow(id: stalls, total: 95, sold: 90)
        sample.stallsInventory = .counts(100, 90, 10, 0)
        #expect(sample.plan.billed == ["stalls stale-total 0", "stalls ttl-race 5"])
        sample.stallsInventory = .counts(100, 90, 7, 3)
        #expect(sample.plan.billed == ["stalls stale-total -3", "stalls ttl-race 5"])
    }

    @Test("says since when a hold is over")
    func since() {
        var sample = Sample()
        sample.holds = [
            .sample("gone", .held, expires: -100), .sample("closed", .checkoutCommitted, seats(0, 1)),
            .sample("paid", .checkoutCommitted, expires: 50, seats(3)),
        ]
        sample.orders = [
            .sample("closed", .failed, updated: -700, seats(0, 1)), .sample("paid", .confirmed, paid: -400, seats(3)),
        ]
        sample.categories[0] = CategoryRow(id: stalls, total: 100, sold: 13)
        sample.stallsInventory = .counts(100, 10, 5, 85)
        sample.circleInventory = .counts(50, 5, 1, 44)
        let plan = sample.plan
        #expect(plan.billed == ["circle failed-rollback 1", "stalls expired-hold 2", "stalls lost-finalize 0"])
        let ages = Dictionary(uniqueKeysWithValues: plan.bill().map { ($0.cause, $0.since) })
        #expect(ages[.expiredHold] == noon.adding(seconds: -100))
        #expect(ages[.failedRollback] == noon.adding(seconds: -700))
        #expect(ages[.lostFinalize] == noon.adding(seconds: -400))
    }

    @Test("invents no age: a time that is still to come is none")
    func noAge() {
        var sample = Sample()
        sample.holds = [.sample("closed", .checkoutCommitted)]
        sample.orders = [.sample("closed", .failed, updated: 700)]
        sample.stallsInventory = .counts(100, 10, 2, 88)
        #expect(sample.plan.billed == ["stalls failed-rollback 2"])
        #expect(sample.plan.bill().map(\.since) == [nil])
    }

    @Test("tells whether a lost hold had its seats on sale")
    func lostHold() {
        var sample = Sample()
        sample.orders = [.sample("lost", .pendingPayment)]
        sample.holds = [.absent("lost")]
        sample.stallsInventory = .counts(100, 10, 2, 88)
        #expect(sample.plan.billed == ["stalls lost-hash 0"])
        sample.stallsInventory = .counts(100, 10, 0, 90)
        #expect(sample.plan.billed == ["stalls lost-hash -2"])
    }

    @Test("calls all seats leaked that a lost inventory does not sell")
    func lostInventory() {
        var sample = Sample()
        sample.stallsInventory = .absent
        #expect(sample.plan.billed == ["stalls lost-hash 90"])
    }

    @Test("leaves out the seats of holds that were to be closed")
    func purged() {
        var sample = Sample()
        sample.policy.holds = .purge
        sample.holds = [.sample("live", .held)]
        sample.stallsInventory = .counts(100, 10, 6, 84)
        #expect(sample.plan.billed == ["stalls ttl-race 4"])
    }

    @Test("has only the part that was written, where that is not all")
    func part() {
        var sample = Sample()
        sample.stallsInventory = .counts(100, 10, 4, 86)
        sample.circleInventory = .counts(50, 5, 1, 44)
        #expect(sample.plan.bill(of: PlanPart(categories: [circle])).map(\.seats) == [1])
        #expect(sample.plan.bill(of: PlanPart()).isEmpty)
    }

    @Test("adds up to the seats that the plan puts on sale, in thousands of random events")
    func addsUp() {
        var random = SeededRandom(named: "bills")
        for round in 0..<2000 {
            let plan = Sample.random(using: &random).plan
            for change in plan.counts {
                let lines = plan.bill().filter { $0.category == change.category }
                #expect(
                    lines.reduce(0) { $0 + $1.seats } == change.raise, "round \(round), seed \(random.seed), \(plan)")
                let atRisk = lines.reduce(0) { $0 - min($1.seats, 0) }
                #expect(
                    atRisk <= change.counts.available - change.raise,
                    "round \(round), seed \(random.seed), \(plan)")
            }
        }
    }

    @Test("survives the largest numbers")
    func largest() {
        var sample = Sample()
        sample.categories[0] = CategoryRow(id: stalls, total: .max, sold: 0)
        sample.stallsInventory = .counts(0, 0, 0, 1 << 53)
        #expect(sample.plan.bill().reduce(0) { $0 + $1.seats } == Int64.max - (1 << 53))
    }
}

extension EventPlan {
    /// Category, cause and seats of each line, in order.
    fileprivate var billed: [String] {
        bill().map { "\($0.category) \($0.cause.rawValue) \($0.seats)" }.sorted()
    }
}
