import FoundationEssentials
import HoldModel
import Testing

/// A hash written again from SQL is one that the platform itself could have written.
@Suite struct RewrittenHoldTests {
    func fields(_ hold: RewrittenHold) -> [String: String] {
        var fields: [String: String] = [:]
        hold.forEachField { name, value in fields["\(name)"] = String(decoding: value, as: UTF8.self) }
        return fields
    }

    @Test func carriesEveryFieldOfTheContract() {
        let order = Order.sample("t", .pendingPayment, expires: 90, created: -30)
        let hold = RewrittenHold(order: order, now: noon, policy: Policy())
        #expect(
            fields(hold) == [
                "token": "t", "status": "held", "createdAt": "2026-05-01T11:59:30.000Z",
                "expiresAt": "2026-05-01T12:01:30.000Z", "expiresAtEpoch": "1777636890",
                "metadata": #"{"eventId":"gala","requesterId":"hold-reconciler"}"#,
                "entries": #"[{"eventId":"gala","categoryId":"stalls","quantity":2}]"#,
                "traceId": "hold-reconciler", "orderId": "order-t",
            ])
        #expect(hold.fieldCount == 9)
    }

    @Test func aCommittedOneNamesItsOrderAndLivesAtLeastAHoldTTL() {
        let hold = RewrittenHold(order: .sample("t", .processing, created: -5000), now: noon, policy: Policy())
        #expect(fields(hold)["orderReference"] == "order-t")
        #expect(fields(hold).count == hold.fieldCount)
        #expect(hold.expiresAt == noon.adding(seconds: 600))
    }

    @Test(arguments: ["it's", "a\"b", "back\\slash", "new\nline", "tab\t", "💺", "\u{1}", "é"])
    func itsEntriesAreReadBackAsTheyWereWritten(_ text: String) throws {
        let event = EventID(text)
        let lines = [SeatLine(category: CategoryID(text), quantity: 3), SeatLine(category: stalls, quantity: 1)]
        let order = Order.sample("t", .processing, lines, event: event)
        let written = fields(RewrittenHold(order: order, now: noon, policy: Policy()))
        let entries = try #require(written["entries"])
        let read = try HoldEntries(json: Array(entries.utf8))
        #expect(read.event == event)
        #expect(read.lines == lines.sorted { $0.category < $1.category })
        let metadata = try #require(written["metadata"])
        let decoded = try JSONDecoder().decode([String: String].self, from: Data(metadata.utf8))
        #expect(decoded["eventId"] == text)
    }

    @Test func aFractionOfASecondIsRoundedUpSoThatAHoldNeverEndsEarly() {
        #expect(Timestamp(milliseconds: 1001).secondsRoundedUp == 2)
        #expect(Timestamp(milliseconds: 1000).secondsRoundedUp == 1)
        #expect(Timestamp(milliseconds: -1500).secondsRoundedUp == -1)
    }
}
