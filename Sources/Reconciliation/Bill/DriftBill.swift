package import HoldModel
import PostgresSource

/// What the drift of a run has cost, in seats and in money: in all, by cause and by event.
///
/// Lines wait here for their prices, thousands at the most (``Pricing``); then only the sums are kept, and those of as many
/// events as the report shows findings.
package struct DriftBill: Sendable {
    package private(set) var total = BillEntry()
    package private(set) var byCause: [Cause: BillEntry] = [:]
    package private(set) var byEvent: [EventID: BillEntry] = [:]
    /// Events of which ``byEvent`` has nothing.
    package private(set) var eventsOmitted = 0
    /// Why seats have no price, and how many: those of ``BillEntry/seatsWithoutPrice`` of the total.
    package private(set) var withoutPrice: [MissingPrice: Int64] = [:]
    /// Why SQL tells no prices, or not all, in words.
    package private(set) var noPrices: String?
    /// Lines whose price was not asked for yet.
    private(set) var unpriced: [BillLine] = []
    private let maxEvents: Int

    package init(maxEvents: Int) {
        self.maxEvents = maxEvents
    }

    package var isEmpty: Bool { total.events == 0 }

    /// - Parameter part: the part of the plan that counts; `nil` for all of it.
    mutating func take(_ plan: EventPlan, _ part: PlanPart? = nil) {
        let lines = plan.bill(of: part)
        if lines.isEmpty { return }
        take(lines, of: plan.event)
        if noPrices == nil { unpriced += lines.filter { $0.seats != 0 } }
    }

    /// Counts the seats of an event that was refilled from its rows. Their prices are not asked for: they may be those of the
    /// whole platform.
    mutating func takeRefilled(_ seats: [Int64], of event: () -> EventID) {
        let sum = seats.reduce(Int64(0)) { $0.adding($1) }
        let event = byEvent.count < maxEvents ? event() : nil
        let line = BillLine(.lostHash, event: event ?? EventID(""), category: CategoryID(""), seats: sum)
        take([line], of: event)
    }

    /// - Parameter event: `nil` for one of which only the total is kept.
    private mutating func take(_ lines: [BillLine], of event: EventID?) {
        var shown = event.flatMap { byEvent[$0] }
        var causes = Set(lines.map(\.cause))
        if let shown {
            // An event may be written in two steps.
            causes.subtract(shown.causes)
        } else {
            total.events += 1
            if event != nil, byEvent.count < maxEvents { shown = BillEntry() } else { eventsOmitted += 1 }
        }
        for cause in causes { byCause[cause, default: BillEntry()].events += 1 }
        for line in lines {
            total.take(line)
            byCause[line.cause, default: BillEntry()].take(line)
            shown?.take(line)
            if line.seats != 0 {
                withoutPrice[.unread, default: 0] = (withoutPrice[.unread] ?? 0).adding(line.seatCount)
            }
        }
        if let event, var shown {
            shown.events = 1
            byEvent[event] = shown
        }
    }

    /// Gives the first unpriced lines their prices.
    mutating func price(_ count: Int, by rows: PriceRows) {
        for line in unpriced.prefix(count) {
            withoutPrice[.unread] = max((withoutPrice[.unread] ?? 0) - line.seatCount, 0)
            if let reason = price(line, by: rows) {
                withoutPrice[reason, default: 0] = (withoutPrice[reason] ?? 0).adding(line.seatCount)
            }
        }
        unpriced.removeFirst(min(count, unpriced.count))
    }

    /// - Returns: why the line has no price; `nil` where it has one.
    private mutating func price(_ line: BillLine, by rows: PriceRows) -> MissingPrice? {
        let quote: Quote
        do { quote = try Quote(line, rows) } catch { return error }
        if total.worth[quote.currency] == nil, total.worth.count >= Quote.mostCurrencies { return .currencies }
        guard let amount = quote.price.times(line.seatCount), total.holds(amount, in: quote.currency) else {
            return .tooLarge
        }
        total.price(line, at: amount, in: quote.currency)
        byCause[line.cause]?.price(line, at: amount, in: quote.currency)
        byEvent[line.event]?.price(line, at: amount, in: quote.currency)
        return nil
    }

    /// Gives up on prices.
    mutating func leavePrices(because reason: String) {
        noPrices = reason
        unpriced = []
    }

    /// Adds the bill of a part of the run, whose lines are not priced yet.
    mutating func merge(_ other: DriftBill) {
        let known = other.byEvent.keys.count { byEvent[$0] != nil }
        total.merge(other.total)
        total.events -= known
        for (cause, entry) in other.byCause { byCause[cause, default: BillEntry()].merge(entry) }
        for (event, entry) in other.byEvent {
            if byEvent[event] == nil, byEvent.count >= maxEvents {
                eventsOmitted += 1
                continue
            }
            byEvent[event, default: BillEntry()].merge(entry)
            byEvent[event]?.events = 1
        }
        eventsOmitted += other.eventsOmitted
        withoutPrice.merge(other.withoutPrice) { $0.adding($1) }
        if noPrices == nil { unpriced += other.unpriced }
    }
}
