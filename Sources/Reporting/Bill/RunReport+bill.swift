import HoldModel
import Output
import Reconciliation

extension RunReport {
    /// Events that the text names one by one; the JSON has more.
    private static let shownEvents = 5
    /// Currencies in one cell.
    private static let shownCurrencies = 3

    /// What the drift has cost, for people: by cause, then the worst events.
    func billLines(_ width: Int) -> [String] {
        let bill = tally.bill
        if bill.isEmpty { return [] }
        var causes = billTable("bill", ["events"], width)
        for (cause, entry) in bill.byCause.sorted(by: {
            ($1.value.greatest, $0.key.rawValue) < ($0.value.greatest, $1.key.rawValue)
        }) {
            causes.add([cause.rawValue] + cells(entry) + [String(entry.events), age(entry)])
        }
        if bill.byCause.count > 1 {
            causes.add(["in all"] + cells(bill.total) + [String(bill.total.events), age(bill.total)])
        }
        return causes.lines + priceNotes + eventLines(width)
    }

    private func eventLines(_ width: Int) -> [String] {
        let bill = tally.bill
        if bill.total.events < 2 { return [] }
        var events = billTable("bill by event", [], width)
        let shown = bill.worstEvents.prefix(Self.shownEvents)
        for (event, entry) in shown { events.add([event.description] + cells(entry) + [age(entry)]) }
        let rest = bill.total.events - shown.count
        return [""] + events.lines + (rest > 0 ? ["… and \(rest) more events (--format json)"] : [])
    }

    private func billTable(_ title: String, _ last: [String], _ width: Int) -> TextTable {
        let sums = hasWorth ? ["leaked", "worth", "at risk", "worth"] : ["leaked", "at risk"]
        let header = [title] + sums + last + ["oldest"]
        let numbers = Set(["leaked", "at risk", "events"])
        return TextTable(header, numeric: Set(header.indices.filter { numbers.contains(header[$0]) }), width: width)
    }

    private func cells(_ entry: BillEntry) -> [String] {
        hasWorth
            ? [
                String(entry.leakedSeats), worth(entry, \.leaked), String(entry.atRiskSeats), worth(entry, \.atRisk),
            ] : [String(entry.leakedSeats), String(entry.atRiskSeats)]
    }

    private var hasWorth: Bool { !tally.bill.total.worth.isEmpty }

    private func worth(_ entry: BillEntry, _ sum: (BillEntry.Worth) -> Amount) -> String {
        let sums = entry.worth.filter { sum($0.value) != .zero }.sorted { $0.key < $1.key }
        let shown = sums.prefix(Self.shownCurrencies).map { currency, worth in
            (currency.isEmpty ? "(no currency)" : printable(Array(currency.utf8))) + " " + sum(worth).grouped
        }
        let rest = sums.count > shown.count ? ["\(sums.count - shown.count) more"] : []
        return shown.isEmpty ? "-" : (shown + rest).joined(separator: "; ")
    }

    private func age(_ entry: BillEntry) -> String {
        guard let age = entry.ageOfOldest(at: finishedAt) else { return "unknown" }
        return spelledAge(age) + (entry.unknownAges > 0 ? " or more" : "")
    }

    private var priceNotes: [String] {
        let bill = tally.bill
        var notes: [String] = []
        if let reason = bill.noPrices { notes.append("worth \(hasWorth ? "incomplete" : "unknown"): \(told(reason))") }
        let missing = bill.withoutPrice.filter { $0.value > 0 }.sorted { $0.key.rawValue < $1.key.rawValue }
        if !missing.isEmpty, bill.noPrices == nil || hasWorth {
            notes.append(
                "\(bill.total.seatsWithoutPrice) seats without a price: "
                    + missing.map { "\($0.value) \($0.key.words)" }.joined(separator: ", "))
        }
        return notes
    }
}

extension MissingPrice {
    fileprivate var words: String {
        switch self {
        case .none: "have none in SQL"
        case .unreadable: "have one that is no decimal number"
        case .negative: "have a negative one"
        case .contradictory: "have several that differ"
        case .tooLarge: "have one too large to be summed"
        case .currencies: "have a currency that is too long, or one too many"
        case .unread: "were not asked for theirs"
        }
    }
}
