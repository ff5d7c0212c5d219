import HoldModel
import Testing

@testable import PostgresSource
@testable import Reconciliation

@Suite("the bill of a run")
struct DriftBillTests {
    private static let stalls = CategoryID("stalls")

    private func plan(_ event: String, leaked: Int64 = 4, hold: String? = nil) -> EventPlan {
        let finding =
            hold.map {
                Finding(
                    .expiredHold, event: EventID(event), category: Self.stalls, hold: HoldToken($0), seats: leaked,
                    after: .hold(status: "expired", expiresAtEpoch: nil), since: Timestamp(milliseconds: 5000))
            } ?? Finding(.ttlRace, event: EventID(event), category: Self.stalls, seats: leaked)
        let change = CountChange(
            category: Self.stalls, before: .absent,
            counts: Counts(total: 0, sold: 0, pending: 0, available: max(leaked, 0)),
            version: 1,
            raise: leaked)
        return EventPlan(event: EventID(event), standing: .differs, findings: [finding], holds: [], counts: [change])
    }

    private func rows(
        _ event: String, _ prices: [(String?, String?)], paid: [String: [String?]] = [:]
    ) -> PriceRows {
        func bytes(_ text: String?) -> [UInt8]? { text.map { Array($0.utf8) } }
        var rows = PriceRows()
        rows.ofCategories[CategoryPlace(event: EventID(event), category: Self.stalls)] = prices.map {
            PriceRows.Price(price: bytes($0.0), currency: bytes($0.1))
        }
        for (token, prices) in paid { rows.ofHolds[HoldToken(token)] = [Self.stalls: prices.map(bytes)] }
        return rows
    }

    private func priced(_ plans: [EventPlan], _ rows: PriceRows) -> DriftBill {
        var bill = DriftBill(maxEvents: 10)
        for plan in plans { bill.take(plan) }
        bill.price(plans.count, by: rows)
        return bill
    }

    private func worth(_ entry: BillEntry?) -> [String] {
        (entry?.worth ?? [:]).map { "\($0.key) \($0.value.leaked) \($0.value.atRisk)" }.sorted()
    }

    @Test("multiplies seats by their price, in their currency")
    func multiplies() {
        let bill = priced([plan("gala")], rows("gala", [("12.50", "EUR")]))
        #expect(worth(bill.total) == ["EUR 50.00 0"])
        #expect(worth(bill.byCause[.ttlRace]) == ["EUR 50.00 0"])
        #expect(worth(bill.byEvent[EventID("gala")]) == ["EUR 50.00 0"])
        #expect(bill.total.seatsWithoutPrice == 0 && bill.withoutPrice.values.allSatisfy { $0 == 0 })
        let risky = priced([plan("gala", leaked: -3)], rows("gala", [("12.50", " EUR ")]))
        #expect(worth(risky.total) == ["EUR 0 37.50"])
        #expect(risky.total.atRiskSeats == 3 && risky.total.leakedSeats == 0)
    }

    @Test("takes what an order pays before what its category costs")
    func prefersOrders() {
        let told = rows("gala", [("12.50", "EUR")], paid: ["mine": ["9.99"], "free": [nil]])
        #expect(worth(priced([plan("gala", hold: "mine")], told).total) == ["EUR 39.96 0"])
        #expect(worth(priced([plan("gala", hold: "free")], told).total) == ["EUR 50.00 0"])
        #expect(worth(priced([plan("gala", hold: "other")], told).total) == ["EUR 50.00 0"])
    }

    @Test(
        "counts seats without a price that it can sum, and why",
        arguments: [
            ([(nil, "EUR")], .none), ([], .none), ([("NaN", "EUR")], .unreadable), ([("1e3", "EUR")], .unreadable),
            ([("-1", "EUR")], .negative), ([("1", "EUR"), ("2", "EUR")], .contradictory),
            ([("1", "EUR"), ("1", "USD")], .contradictory),
            ([("99999999999999999999999999999999999999", "EUR")], .tooLarge),
            ([("1", "a currency that is a whole sentence")], .currencies),
        ] as [([(String?, String?)], MissingPrice)])
    func countsMissing(_ prices: [(String?, String?)], _ reason: MissingPrice) {
        let bill = priced([plan("gala")], rows("gala", prices))
        #expect(bill.withoutPrice.filter { $0.value > 0 } == [reason: 4])
        #expect(bill.total.worth.isEmpty && bill.total.seatsWithoutPrice == 4 && bill.total.leakedSeats == 4)
    }

    @Test("keeps currencies apart, and those without a name")
    func keepsCurrenciesApart() {
        var bill = DriftBill(maxEvents: 10)
        for event in ["a", "b", "c"] { bill.take(plan(event)) }
        bill.price(1, by: rows("a", [("1", "EUR")]))
        bill.price(1, by: rows("b", [("2.5", "USD")]))
        bill.price(1, by: rows("c", [("0.125", nil)]))
        #expect(worth(bill.total) == [" 0.50 0", "EUR 4 0", "USD 10.0 0"])
    }

    @Test("has room for the currencies of a platform, not for endless ones")
    func boundsCurrencies() {
        var bill = DriftBill(maxEvents: 100)
        for number in 0..<30 {
            bill.take(plan("\(number)"))
            bill.price(1, by: rows("\(number)", [("1", "C\(number)")]))
        }
        #expect(bill.total.worth.count == 20 && bill.withoutPrice[.currencies] == 40)
        #expect(bill.total.seatsWithoutPrice == 40)
    }

    @Test("shows as many events as there is room for, and sums all")
    func boundsEvents() {
        var bill = DriftBill(maxEvents: 3)
        for number in 0..<5 { bill.take(plan("\(number)")) }
        var other = DriftBill(maxEvents: 3)
        for number in 4..<8 { other.take(plan("\(number)", hold: "t")) }
        bill.merge(other)
        #expect(bill.byEvent.count == 3 && bill.total.leakedSeats == 36)
        #expect(bill.total.oldest == Timestamp(milliseconds: 5000) && bill.total.unknownAges == 5)
        #expect(bill.byCause[.ttlRace]?.leakedSeats == 20 && bill.byCause[.expiredHold]?.leakedSeats == 16)
    }

    @Test("counts an event once that was written in two steps")
    func countsEventsOnce() {
        var bill = DriftBill(maxEvents: 3)
        bill.take(plan("gala", leaked: -2))
        bill.take(plan("gala"))
        #expect(bill.total.events == 1 && bill.byCause[.ttlRace]?.events == 1)
        #expect(bill.total.leakedSeats == 4 && bill.total.atRiskSeats == 2)
    }

    @Test("keeps its sums where a number is beyond all others")
    func saturates() {
        var bill = DriftBill(maxEvents: 3)
        for _ in 1...2 { bill.take(plan("gala", leaked: .max)) }
        #expect(bill.total.leakedSeats == .max && bill.total.seatsWithoutPrice == .max)
        bill.price(2, by: rows("gala", [("1", "EUR")]))
        #expect(worth(bill.total) == ["EUR 18446744073709551614 0"])
    }

    @Test("asks no price of what was refilled from rows, and names its events while there is room")
    func refilled() {
        var bill = DriftBill(maxEvents: 1)
        bill.takeRefilled([5, 7]) { EventID("gala") }
        bill.takeRefilled([1]) { EventID("never made") }
        #expect(bill.total.leakedSeats == 13 && bill.byCause[.lostHash]?.events == 2 && bill.unpriced.isEmpty)
        #expect(bill.byEvent.keys.map(\.description) == ["gala"] && bill.eventsOmitted == 1)
        #expect(bill.withoutPrice == [.unread: 13])
    }

    @Test("says why there are no prices, and keeps no line for them")
    func leavesPrices() {
        var bill = DriftBill(maxEvents: 3)
        bill.take(plan("gala"))
        bill.leavePrices(because: "no column")
        bill.take(plan("other"))
        #expect(bill.noPrices == "no column" && bill.unpriced.isEmpty && bill.total.seatsWithoutPrice == 8)
    }
}
