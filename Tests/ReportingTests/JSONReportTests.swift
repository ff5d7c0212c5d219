import Foundation
import HoldModel
import Output
import Reconciliation
import Reporting
import Testing

@Suite("the JSON document")
struct JSONReportTests {
    @Test("has exactly the names and values that its readers know")
    func hasItsNames() throws {
        let expected = """
            {
              "command": "rebuild", "exitStatus": 6, "error": null, "stoppedBecause": null,
              "next": "hold-reconciler rebuild --holds rebuild --execute", "warnings": [], "executed": true, "shard": null,
              "startedAt": "2023-11-14T22:13:20.000Z", "finishedAt": "2023-11-14T22:13:23.500Z",
              "snapshot": {
                "firstAt": "2023-11-14T22:13:21.000Z", "lastAt": "2023-11-14T22:13:22.000Z", "lsn": "0/2000",
                "isStandby": false, "standbySecondsBehind": null
              },
              "route": {
                "firstPass": "orders-first", "indexWalk": "by-scan", "walksKeyspace": true,
                "reason": "most holds have an order, and carts are read once"
              },
              "scanned": { "events": 5, "categories": 12, "orders": 7, "holds": 30, "indexMembers": 29, "carts": 4 },
              "findings": [
                {
                  "cause": "ttl-race", "event": "event-1", "category": "cat", "hold": null, "seats": 3,
                  "before": { "total": 10, "sold": "x", "pending": null, "available": -1, "version": 7 },
                  "after": { "total": 10, "sold": 2, "pending": 1, "available": 7, "version": 8 },
                  "detail": null, "outcome": "applied"
                },
                {
                  "cause": "ttl-race", "event": "event-1", "category": "other", "hold": null, "seats": 2,
                  "before": null, "after": { "total": 1, "sold": 0, "pending": 0, "available": 1 },
                  "detail": null, "outcome": "found"
                },
                {
                  "cause": "expired-hold", "event": "event-1", "category": null, "hold": "token", "seats": 4,
                  "before": { "status": "held", "expiresAtEpoch": 1000 }, "after": { "status": "expired" },
                  "detail": null, "outcome": "applied"
                },
                {
                  "cause": "orphan-member", "event": null, "category": null, "hold": "t\\\\xff", "seats": 0,
                  "before": { "score": "1000.5" }, "after": null, "detail": null, "outcome": "moved"
                },
                {
                  "cause": "oversold", "event": "event-1", "category": "cat", "hold": null, "seats": 6,
                  "before": { "type": "not a hash" }, "after": { "state": "people must act" },
                  "detail": "a detail", "outcome": "noted"
                }
              ],
              "totals": {
                "byCause": {
                  "ttl-race": { "count": 2, "seats": 5 }, "expired-hold": { "count": 1, "seats": 4 },
                  "orphan-member": { "count": 1, "seats": 0 }, "oversold": { "count": 1, "seats": 6 }
                },
                "oversoldSeats": 6, "unchanged": 1, "differing": 0, "applied": 2, "moved": 3, "deferred": 4, "refused": 5, "unknown": 0, "verified": 2
              },
              "plan": null, "journal": null,
              "bill": {
                "total": {
                  "leakedSeats": 0, "atRiskSeats": 0, "events": 0, "oldestSince": null, "oldestSeconds": null,
                  "unknownAges": 0, "worth": [], "seatsWithoutPrice": 0
                },
                "byCause": {}, "byEvent": [], "eventsOmitted": 0, "withoutPrice": {}, "noPrices": null
              }
            }
            """
        #expect(try object(SampleReport.report().json().text) == object(expected))
    }

    @Test("has the same names where there is nothing to say, null in place of values")
    func hasItsNamesWhereEmpty() throws {
        let report = SampleReport.report(RunTally(maxFindings: 10), executed: false, error: "no\nluck")
        let document = try object(report.json().text)
        let full = try object(SampleReport.report().json().text)
        #expect(Set(document.allKeys as? [String] ?? []) == Set(full.allKeys as? [String] ?? ["none"]))
        #expect(
            document["snapshot"] as? NSDictionary == [
                "firstAt": NSNull(), "lastAt": NSNull(), "lsn": NSNull(), "isStandby": false,
                "standbySecondsBehind": NSNull(),
            ])
        #expect(document["findings"] as? NSArray == [])
        #expect(document["executed"] as? Bool == false)
        #expect(document["error"] as? String == "no\nluck")
    }

    @Test("says booleans and numbers as such, and numbers of 64 bits exactly")
    func saysNumbersExactly() throws {
        var tally = RunTally(maxFindings: 1)
        tally.record(
            Finding(
                .staleTotal, event: SampleReport.event, seats: .max, before: .score(Array("9223372036854775807".utf8))))
        let json = try SampleReport.report(tally).json().text
        #expect(json.contains(#""executed" : true"#))
        #expect(json.contains(#""seats" : 9223372036854775807"#))
        #expect(json.contains(#""score" : 9223372036854775807"#))
    }

    @Test("carries ids of any text exactly")
    func carriesAnyText() throws {
        let ids = ["a \"b\" \\ / c", "zwei\nzeilen", "\u{1B}[31m", "🎫 é e\u{301}", "null", "10"]
        var tally = RunTally(maxFindings: 10)
        for id in ids { tally.record(Finding(.lostHash, event: EventID(id))) }
        let document = try object(SampleReport.report(tally).json().text)
        let findings = try #require(document["findings"] as? [NSDictionary])
        #expect(findings.map { Array(($0["event"] as? String ?? "").utf8) } == ids.map { Array($0.utf8) })
    }

    @Test("shows findings up to the limit, and totals of all")
    func showsFindingsUpToLimit() throws {
        var tally = RunTally(maxFindings: 3)
        for number in 0..<10 { tally.record(Finding(.badScore, event: EventID("\(number)"), seats: 2)) }
        var other = RunTally(maxFindings: 3)
        for number in 10..<20 { other.record(Finding(.badScore, event: EventID("\(number)"), seats: 2)) }
        tally.merge(other)
        let document = try object(SampleReport.report(tally).json().text)
        #expect((document["findings"] as? [NSDictionary])?.map { $0["event"] as? String } == ["0", "1", "2"])
        let totals = try #require(document["totals"] as? NSDictionary)
        #expect(totals["byCause"] as? NSDictionary == ["bad-score": ["count": 20, "seats": 40]])
        #expect(SampleReport.report(tally).table().text.contains("… and 17 more (--max-findings)\n"))
    }
}
