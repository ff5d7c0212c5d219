import HoldModel
import TestRandom
import TestTables
import Testing

/// What is made of rows is what a plan says of an event that Redis has nothing of, for thousands of random events.
@Suite struct EventCreationTests {
    @Test func saysWhatAPlanSays() throws {
        var random = SeededRandom(named: "creations")
        var made = 0
        for round in 0..<5000 {
            let sample = Sample.random(using: &random).withPlainOrders(&random)
            let snapshot = EventSnapshot(event: gala, categories: sample.categories, orders: sample.orders)
            let table = SnapshotTable([snapshot])
            guard table.events[0].isPlain,
                let creation = EventCreation(0, of: table, policy: sample.policy, now: noon)
            else { continue }
            made += 1
            let plan = EventPlan(
                snapshot: snapshot, survey: EventSurvey(absent: snapshot), policy: sample.policy, now: noon)
            let place = Comment("round \(round), seed \(random.seed)")
            #expect(plan.standing == .differs, place)
            #expect(
                plan.counts.map(\.counts) == creation.counts && plan.counts.allSatisfy { $0.version == 1 }, place)
            let written = plan.holds.compactMap { change -> RewrittenHold? in
                if case .replace(let hold) = change.hash { hold } else { nil }
            }
            #expect(written.count == plan.holds.count, place)
            #expect(
                written.map(\.token) == creation.holds.map { table.identifier(table.orders[$0.order].token) }, place)
            #expect(written.map(\.terms) == creation.holds.map(\.terms), place)
            let lines = creation.holds.map { hold in
                table.sortedLines(of: table.orders[hold.order]).map {
                    SeatLine(category: table.identifier($0.category), quantity: $0.quantity)
                }
            }
            #expect(written.map(\.lines) == lines, place)
            let totals = creation.findingTotals(in: table)
            #expect(plan.findings.count == totals.count, place)
            #expect(plan.findings.reduce(0) { $0 + $1.seats } == totals.seats, place)
            // Lines of an order come in no order of their own.
            let limit = Int.random(in: 0...12, using: &random)
            let told = Set(creation.findings(in: table, atMost: .max).map { "\($0)" })
            #expect(told == Set(plan.findings.map { "\($0)" }), place)
            let first = creation.findings(in: table, atMost: limit).map { "\($0)" }
            #expect(first.count == min(limit, totals.count) && told.isSuperset(of: first), place)
        }
        #expect(made > 1000, "seed \(random.seed)")
    }

    @Test func isLeftToAPlanWhereThereIsMoreToSay() {
        func creation(_ change: (inout Sample) -> Void) -> EventCreation? {
            var sample = Sample()
            sample.orders = [.sample("t", .pendingPayment, expires: 60)]
            change(&sample)
            let table = SnapshotTable([
                EventSnapshot(event: gala, categories: sample.categories, orders: sample.orders)
            ])
            return table.events[0].isPlain ? EventCreation(0, of: table, policy: sample.policy, now: noon) : nil
        }
        #expect(creation { _ in } != nil)
        #expect(creation { $0.policy.holds = .purge } == nil)
        #expect(creation { $0.policy.tightensOnly = true } == nil)
        #expect(creation { $0.orders = [.sample("t", .pendingPayment, expires: 60, [])] } == nil)
        #expect(creation { $0.orders = [.sample("t", .pendingPayment, expires: 60, seats(91))] } == nil)
        #expect(creation { $0.categories = [] } == nil)
    }
}

extension Sample {
    /// With the orders that SQL shows of an event: open ones, and enough seats for them.
    fileprivate func withPlainOrders(_ random: inout SeededRandom) -> Sample {
        var sample = self
        sample.orders = orders.map { order in
            guard order.status != .pendingPayment, order.status != .processing else { return order }
            return .sample(
                "\(order.token)", Bool.random(using: &random) ? .processing : .pendingPayment,
                expires: Bool.random(using: &random) ? 120 : -120, order.lines)
        }
        return sample
    }
}

extension EventSurvey {
    /// Nothing is there that the snapshot names.
    fileprivate init(absent snapshot: EventSnapshot) {
        self.init(
            inventory: snapshot.categories.map { _ in .absent },
            holds: snapshot.orders.map {
                HoldSurvey(token: $0.token, state: .absent, fence: .absent, score: .noMember)
            })
    }
}
