import FoundationEssentials
import HoldModel
import Testing

/// A hash written again from SQL is one that the platform itself could have written.
@Suite struct RewrittenHoldTests {
    @Test func aHeldOneExpiresWithItsOrder() {
        let order = Order.sample("t", .pendingPayment, expires: 90, created: -30)
        let hold = RewrittenHold(order: order, now: noon, policy: Policy())
        #expect(hold.status == .held)
        #expect(hold.createdAt == noon.adding(seconds: -30))
        #expect(hold.expiresAtEpoch == 1_777_636_890)
        #expect(hold.keyExpiresAtEpoch == 1_777_637_790)
        #expect(hold.entries == Array(#"[{"eventId":"gala","categoryId":"stalls","quantity":2}]"#.utf8))
    }

    @Test(arguments: [OrderStatus.processing, .pendingPayment])
    func oneOfAnAcceptedCheckoutLivesForADay(_ status: OrderStatus) {
        let hold = RewrittenHold(order: .sample("t", status, created: -5000), now: noon, policy: Policy())
        #expect(hold.status == .checkoutCommitted)
        #expect(hold.expiresAt == noon.adding(seconds: 86400))
    }

    @Test(arguments: ["it's", "a\"b", "back\\slash", "new\nline", "tab\t", "💺", "\u{1}", "é"])
    func itsEntriesAreReadBackAsTheyWereWritten(_ text: String) throws {
        let event = EventID(text)
        let lines = [SeatLine(category: CategoryID(text), quantity: 3), SeatLine(category: stalls, quantity: 1)]
        let order = Order.sample("t", .processing, lines, event: event)
        let read = try HoldEntries(json: RewrittenHold(order: order, now: noon, policy: Policy()).entries)
        #expect(read.event == event)
        #expect(read.lines == lines.sorted { $0.category < $1.category })
        let metadata = RewrittenHold.metadata(of: event.bytes.span)
        let decoded = try JSONDecoder().decode([String: String].self, from: Data(metadata))
        #expect(decoded == ["eventId": text, "requesterId": "hold-reconciler"])
    }

    @Test func whatIsThereKeepsItsTimeAndItsRequester() {
        func metadata(_ json: String, expiry: Int64) -> RewrittenHold {
            let remains = HoldRemains(
                expiresAtEpoch: Array(String(HoldSurvey.epoch + expiry).utf8), expiresAt: nil,
                metadata: Array(json.utf8))
            return RewrittenHold(
                order: .sample("t", .pendingPayment, expires: 90), now: noon, policy: Policy(), keeping: remains)
        }
        let own = #"{"eventId": "gala", "requesterId": "buyer", "x": [1]}"#
        #expect(metadata(own, expiry: 900).metadata == Array(own.utf8))
        #expect(metadata(own, expiry: 900).expiresAtEpoch == HoldSurvey.epoch + 900)
        #expect(metadata(own, expiry: 10).expiresAtEpoch == HoldSurvey.epoch + 90)
        #expect(
            metadata(#"{"requesterId":7}"#, expiry: 9).metadata == Array(#"{"eventId":"gala","requesterId":"7"}"#.utf8))
        for lost in ["{", "[]", #"{"eventId":"gala"}"#] { #expect(metadata(lost, expiry: 9).metadata == nil) }
    }

    @Test func aFractionOfASecondIsRoundedUpSoThatAHoldNeverEndsEarly() {
        #expect(Timestamp(milliseconds: 1001).secondsRoundedUp == 2)
        #expect(Timestamp(milliseconds: 1000).secondsRoundedUp == 1)
        #expect(Timestamp(milliseconds: -1500).secondsRoundedUp == -1)
    }
}
