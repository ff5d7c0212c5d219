import ChangeFiles
import HoldModel
package import Output
import PostgresSource
import Reconciliation

extension RunReport {
    /// The report for people (`--format table`).
    ///
    /// - Parameter width: the terminal's columns.
    package func table(width: Int = TerminalWidth.usual) -> Printed {
        var page = Page()
        if !tally.findings.isEmpty { page.add(findingsTable(width) + omitted + [""]) }
        if !tally.byCause.isEmpty { page.add(causesTable(width) + [""]) }
        let bill = billLines(width)
        if !bill.isEmpty { page.add(bill + [""]) }
        page.add(scannedLine)
        if let line = routeLine { page.add(line) }
        // A purge counts holds, not events.
        if tally.scanned.events > 0 { page.add(outcomeLine) }
        if let line = planLine { page.add(line) }
        if let journal = tally.journal {
            page.add("journal: to take this back, hold-reconciler undo \(shellWord(Array(journal.utf8)))")
        }
        if tally.oversoldSeats > 0 { page.add("oversold by \(tally.oversoldSeats) seats: people must act") }
        for warning in tally.warnings { page.add("note: \(warning)") }
        if let next { page.add("next: \(next)") }
        page.add(conclusion)
        return page.printed
    }

    /// Returns the table of findings. Where the names of the counts have no room, their first letters replace them.
    private func findingsTable(_ width: Int) -> [String] {
        let table = findingsTable(width, isShort: false)
        return table.fits ? table.lines : findingsTable(width, isShort: true).lines
    }

    private func findingsTable(_ width: Int, isShort: Bool) -> TextTable {
        var table = TextTable(
            ["cause", "event", "category", "hold", "seats", "before", "after", "outcome"], numeric: [4], width: width)
        for finding in tally.findings {
            table.add(
                [
                    finding.cause.rawValue, finding.event?.description ?? "-", finding.category?.description ?? "-",
                    finding.hold?.description ?? "-", String(finding.seats),
                    Self.cell(finding.before, isShort: isShort),
                    Self.cell(finding.after, isShort: isShort), finding.outcome.rawValue,
                ], note: finding.detail.map { "(\($0))" })
        }
        return table
    }

    private var omitted: [String] {
        let all = tally.byOutcome.values.reduce(0, +)
        return all > tally.findings.count ? ["… and \(all - tally.findings.count) more (--max-findings)"] : []
    }

    private func causesTable(_ width: Int) -> [String] {
        var table = TextTable(["cause", "count", "seats", "what happened"], numeric: [1, 2], width: width)
        for (cause, total) in tally.byCause.sorted(by: {
            ($1.value.count, $0.key.rawValue) < ($0.value.count, $1.key.rawValue)
        }) {
            table.add([cause.rawValue, String(total.count), String(total.seats)], note: cause.story)
        }
        return table.lines
    }

    private var scannedLine: String {
        let scanned = tally.scanned
        let part = shard.isWhole ? "" : "shard \(shard) "
        return "\(part)looked at \(scanned.events) events, \(scanned.categories) categories, \(scanned.orders) orders, "
            + "\(scanned.holds) holds, \(scanned.indexMembers) index members"
            + (tally.lastSnapshot.map { "; SQL as of \($0.time.iso8601)\($0.lsn.map { ", WAL \($0)" } ?? "")" } ?? "")
    }

    private var routeLine: String? {
        // An undo looks at what its journal names.
        if command == "undo" { return nil }
        return tally.route.map { route in
            "route: \(route.firstPass.rawValue), since \(route.reason)"
                + (route.firstPass == .ordersFirst
                    ? "; \(tally.scanned.carts) of the \(tally.scanned.holds) holds are carts" : "")
        }
    }

    private var outcomeLine: String {
        "events: \(tally.unchanged) unchanged, \(tally.differing) differ, \(tally.applied) applied (\(tally.verified) looked at again and right), "
            + "\(tally.moved) moved, \(tally.deferred) deferred, \(tally.refused) refused"
            // Only an error leaves unknown outcomes.
            + (tally.unknown > 0 ? ", \(tally.unknown) unknown" : "")
    }

    private var planLine: String? {
        guard let plan = tally.plan else { return nil }
        // The first look does not prove that they differ.
        let beside = tally.beside == 0 ? "" : "; \(tally.beside) others that may differ are not in it, and were left"
        if tally.cleanup != nil {
            return "plan: \(plan.others) items of the index; seats of the holds that it releases go on sale\(beside)"
        }
        let others = plan.others == 0 ? "" : ", \(plan.others) keys of no event"
        return
            "plan: \(plan.events) events, \(plan.categories) categories, \(plan.holds) holds\(others); \(plan.seatsOnSale) seats go on "
            + "sale, \(plan.seatsOffSale) off it\(beside)"
    }

    private static func cell(_ state: FindingState, isShort: Bool) -> String {
        if state == .absent { return "-" }
        return state.fields.map { name, value in
            let text = value.map { printable($0) } ?? "?"
            return name == "state" || name == "status" || name == "type"
                ? text : "\(isShort ? name.initial : name.shortened)=\(text)"
        }.joined(separator: " ")
    }
}

extension String {
    /// The name of a count where there is little room.
    fileprivate var initial: String {
        switch self {
        case "total", "sold", "pending", "available": String(prefix(1))
        default: shortened
        }
    }

    /// The name of a count as people abbreviate it.
    fileprivate var shortened: String {
        switch self {
        case "available": "avail"
        case "version": "v"
        case "expiresAtEpoch": "until"
        default: self
        }
    }
}
