import Foundation
import HoldModel
import Output
import Testing

@testable import PostgresSource
@testable import Reconciliation
@testable import Reporting

@Suite("the bill in reports")
struct BillReportTests {
    private static let stalls = CategoryID("stalls")

    private func plan(_ event: String, _ seats: Int64, _ cause: Cause = .ttlRace) -> EventPlan {
        let change = CountChange(
            category: Self.stalls, before: .absent,
            counts: Counts(total: 0, sold: 0, pending: 0, available: max(seats, 0)),
            version: 1,
            raise: seats)
        let finding = Finding(
            cause, event: EventID(event), category: Self.stalls, seats: abs(seats),
            since: cause == .staleSold ? Timestamp(milliseconds: 1_699_992_000_000) : nil)
        return EventPlan(event: EventID(event), standing: .differs, findings: [finding], holds: [], counts: [change])
    }

    private func report(
        _ plans: [EventPlan], _ prices: [(String?, String?)] = [], maxFindings: Int = 100, noPrices: String? = nil
    ) -> RunReport {
        var tally = RunTally(maxFindings: maxFindings)
        for (number, plan) in plans.enumerated() {
            tally.record(plan, as: .found)
            guard prices.indices.contains(number) else { continue }
            var rows = PriceRows()
            rows.ofCategories[CategoryPlace(event: plan.event, category: Self.stalls)] = [
                PriceRows.Price(
                    price: prices[number].0.map { Array($0.utf8) }, currency: prices[number].1.map { Array($0.utf8) })
            ]
            tally.bill.price(1, by: rows)
        }
        if let noPrices { tally.bill.leavePrices(because: noPrices) }
        return SampleReport.report(tally, executed: false)
    }

    private func bill(_ report: RunReport, _ width: Int = 120) -> String {
        report.billLines(width).joined(separator: "\n")
    }

    @Test("has its names, and amounts as texts with all their digits")
    func json() throws {
        let report = report(
            [plan("gala", 4), plan("disco", -2, .staleSold), plan("quiet", 0, .lostFinalize)],
            [("1000.025", "EUR"), ("7", nil)])
        let document = try object(report.json().text)
        let expected = """
            {
              "total": {
                "leakedSeats": 4, "atRiskSeats": 2, "events": 3, "oldestSince": "2023-11-14T20:00:00.000Z",
                "oldestSeconds": 8003, "unknownAges": 2, "seatsWithoutPrice": 0,
                "worth": [
                  { "currency": null, "leaked": "0", "atRisk": "14" },
                  { "currency": "EUR", "leaked": "4000.10", "atRisk": "0" }
                ]
              },
              "byCause": {
                "ttl-race": {
                  "leakedSeats": 4, "atRiskSeats": 0, "events": 1, "oldestSince": null, "oldestSeconds": null,
                  "unknownAges": 1, "seatsWithoutPrice": 0,
                  "worth": [{ "currency": "EUR", "leaked": "4000.10", "atRisk": "0" }]
                },
                "stale-sold": {
                  "leakedSeats": 0, "atRiskSeats": 2, "events": 1, "oldestSince": "2023-11-14T20:00:00.000Z",
                  "oldestSeconds": 8003, "unknownAges": 0, "seatsWithoutPrice": 0,
                  "worth": [{ "currency": null, "leaked": "0", "atRisk": "14" }]
                },
                "lost-finalize": {
                  "leakedSeats": 0, "atRiskSeats": 0, "events": 1, "oldestSince": null, "oldestSeconds": null,
                  "unknownAges": 1, "seatsWithoutPrice": 0, "worth": []
                }
              },
              "eventsOmitted": 0, "withoutPrice": {}, "noPrices": null
            }
            """
        let told = try #require((document["bill"] as? NSDictionary)?.mutableCopy() as? NSMutableDictionary)
        let events = try #require(told["byEvent"] as? [NSDictionary])
        told.removeObject(forKey: "byEvent")
        #expect(try told == object(expected))
        #expect(events.map { $0["event"] as? String } == ["gala", "disco", "quiet"])
        #expect(events.first?["causes"] as? [String] == ["ttl-race"])
        #expect((events.first?["sums"] as? NSDictionary)?["leakedSeats"] as? Int == 4)
    }

    @Test("is a table by cause, then by event where there are several")
    func table() {
        let report = report([plan("gala", 4), plan("disco", -2, .staleSold)], [("310.00", "EUR"), ("40.25", "USD")])
        #expect(
            bill(report) == """
                bill        leaked  worth         at risk  worth      events  oldest
                ttl-race         4  EUR 1,240.00        0  -               1  unknown
                stale-sold       0  -                   2  USD 80.50       1  2 h 13 min
                in all           4  EUR 1,240.00        2  USD 80.50       2  2 h 13 min or more

                bill by event  leaked  worth         at risk  worth      oldest
                gala                4  EUR 1,240.00        0  -          unknown
                disco               0  -                   2  USD 80.50  2 h 13 min
                """)
        #expect(report.table().text.contains("\n\nbill        leaked  worth"))
    }

    @Test("is not there where there is no drift")
    func empty() {
        #expect(bill(report([])).isEmpty && bill(report([plan("gala", 0)])) != "")
        #expect(!SampleReport.report(RunTally(maxFindings: 1)).table().text.contains("bill"))
    }

    @Test("has seats alone where SQL tells no prices, and says why in one line")
    func seatsAlone() {
        #expect(
            bill(report([plan("gala", 4)], noPrices: "ticket_categories.price is missing")) == """
                bill      leaked  at risk  events  oldest
                ttl-race       4        0       1  unknown
                worth unknown: ticket_categories.price is missing
                """)
        let forged = report([plan("gala", 4)], noPrices: "first\nsecond").table().text
        #expect(forged.contains("\nworth unknown: first\\nsecond\n"))
        let cut = report([plan("gala", 4), plan("disco", 1)], [("1", "EUR")], noPrices: "a timeout")
        #expect(
            bill(cut).contains("\nworth incomplete: a timeout\n1 seats without a price: 1 were not asked for theirs\n"))
    }

    @Test("says which seats have no price, and why")
    func withoutPrice() {
        let report = report(
            [plan("a", 1), plan("b", 2), plan("c", 3), plan("d", 4)], [(nil, nil), ("-1", nil), ("x", nil)])
        #expect(
            bill(report).contains(
                "\n10 seats without a price: 2 have a negative one, 1 have none in SQL, "
                    + "4 were not asked for theirs, 3 have one that is no decimal number\n"))
    }

    @Test("names the worst events, a few, and stays within its width whatever the currencies are called")
    func isBounded() {
        let plans = (1...9).map { plan("event-\($0)", Int64($0)) }
        let report = report(
            plans, (1...9).map { (String(repeating: "9", count: 30), "\u{1B}[3\($0)m\u{202E}") }, maxFindings: 7)
        let text = bill(report, 80)
        #expect(
            text.contains("\nevent-7 ") && !text.contains("\nevent-2 ")
                && text.hasSuffix("\n… and 4 more events (--format json)"))
        #expect(text.split(separator: "\n").allSatisfy { $0.unicodeScalars.count <= 80 }, "\(text)")
        #expect(!report.table().text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
        #expect(text.contains("6 more"))
    }
}
