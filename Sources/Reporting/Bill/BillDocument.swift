import HoldModel
import Output
import Reconciliation

/// The bill as JSON. Amounts are texts with all their digits, since numbers of JSON may be read as floating-point ones.
struct BillDocument: Encodable {
    struct Worth: Encodable {
        let currency: OrNull<String>
        let leaked: String
        let atRisk: String
    }

    /// The sums of one cause, or of all.
    struct Sums: Encodable {
        let leakedSeats: Int64
        let atRiskSeats: Int64
        let events: Int
        let oldestSince: OrNull<String>
        /// How old the oldest of the known ones was when the run ended.
        let oldestSeconds: OrNull<Int64>
        let unknownAges: Int
        let worth: [Worth]
        let seatsWithoutPrice: Int64

        init(_ entry: BillEntry, at end: Timestamp) {
            leakedSeats = entry.leakedSeats
            atRiskSeats = entry.atRiskSeats
            events = entry.events
            oldestSince = OrNull(entry.oldest?.iso8601)
            oldestSeconds = OrNull(entry.ageOfOldest(at: end))
            unknownAges = entry.unknownAges
            worth = entry.worth.sorted { $0.key < $1.key }.map { currency, sums in
                Worth(
                    currency: OrNull(currency.isEmpty ? nil : currency), leaked: sums.leaked.description,
                    atRisk: sums.atRisk.description)
            }
            seatsWithoutPrice = entry.seatsWithoutPrice
        }
    }

    struct Event: Encodable {
        let event: String
        let causes: [String]
        let sums: Sums
    }

    let total: Sums
    let byCause: [String: Sums]
    let byEvent: [Event]
    /// Events that are in the sums and not in ``byEvent``.
    let eventsOmitted: Int
    let withoutPrice: [String: Int64]
    /// Why SQL tells no prices, or not all.
    let noPrices: OrNull<String>

    init(_ bill: DriftBill, at end: Timestamp) {
        total = Sums(bill.total, at: end)
        byCause = Dictionary(
            uniqueKeysWithValues: bill.byCause.map { ($0.key.rawValue, Sums($0.value, at: end)) })
        byEvent = bill.worstEvents.map { event, entry in
            Event(
                event: exactText(event.bytes, atMost: LongTexts.short), causes: entry.causes.map(\.rawValue).sorted(),
                sums: Sums(entry, at: end))
        }
        eventsOmitted = bill.eventsOmitted
        withoutPrice = Dictionary(
            uniqueKeysWithValues: bill.withoutPrice.filter { $0.value > 0 }.map { ($0.key.rawValue, $0.value) })
        noPrices = OrNull(bill.noPrices.map { told($0) })
    }
}

extension DriftBill {
    /// The events by their seats, those with most first.
    var worstEvents: [(event: EventID, entry: BillEntry)] {
        byEvent.map { (event: $0.key, entry: $0.value) }.sorted { one, other in
            (other.entry.greatest, one.event) < (one.entry.greatest, other.event)
        }
    }
}

extension BillEntry {
    /// The greater of both numbers of seats.
    var greatest: Int64 { max(leakedSeats, atRiskSeats) }

    /// How old the oldest difference was, in seconds, where any tells its age.
    func ageOfOldest(at end: Timestamp) -> Int64? {
        oldest.map { max((end.milliseconds - $0.milliseconds) / 1000, 0) }
    }
}
