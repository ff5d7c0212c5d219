package import HoldModel
package import Output
import PostgresSource
package import Reconciliation

/// An inspection as text for people.
package struct InspectionSheet {
    private let inspection: Inspection
    private let category: CategoryID?
    private let token: HoldToken?
    private let width: Int

    /// - Parameters:
    ///   - width: the terminal's columns.
    ///   - category: shows only this category and the holds that ask for it.
    ///   - token: shows only this hold and its categories.
    /// - Throws: ``RunRefusal/nothingToLookAt(_:)`` where the event has no such category or hold.
    package init(
        _ inspection: Inspection, category: CategoryID?, token: HoldToken?, width: Int = TerminalWidth.usual
    ) throws {
        if let category, !inspection.categories.contains(where: { $0.row.id == category }) {
            throw RunRefusal.nothingToLookAt("event '\(inspection.event)' has no category '\(category)' in SQL")
        }
        if let token, !inspection.holds.contains(where: { $0.hold.token == token }) {
            throw RunRefusal.nothingToLookAt("event '\(inspection.event)' has no hold '\(token)', in neither server")
        }
        self.inspection = inspection
        self.category = category
        self.token = token
        self.width = width
    }

    package var printed: Printed {
        var page = Page()
        page.add(
            "event \(inspection.event), SQL as of \(inspection.clock.time.iso8601), Redis as of \(inspection.now.iso8601)"
        )
        if let standby = inspection.standby { page.add("note: \(standby.warning)") }
        page.add([""] + categoriesTable + [""] + holdsTable + [""] + findingsTable + [standingLine])
        return page.printed
    }

    private var holds: [Inspection.HoldLine] {
        inspection.holds.filter { line in
            (token.map { line.hold.token == $0 } ?? true)
                && (category.map { wanted in lines(line).contains { $0.category == wanted } } ?? true)
        }
    }

    private func lines(_ line: Inspection.HoldLine) -> [SeatLine] {
        if case .whole(let hold) = line.hold.state, !hold.lines.isEmpty { hold.lines } else { line.order?.lines ?? [] }
    }

    private var categoriesTable: [String] {
        var table = TextTable(
            ["category", "", "total", "sold", "pending", "available", "version"], numeric: [2, 3, 4, 5, 6], width: width
        )
        let ofToken = token == nil ? nil : Set(holds.flatMap { lines($0).map(\.category) })
        for entry in inspection.categories {
            guard category.map({ entry.row.id == $0 }) ?? true, ofToken?.contains(entry.row.id) ?? true else {
                continue
            }
            let sql = entry.row.fault.map { "SQL (\($0))" } ?? "SQL"
            table.add([entry.row.id.description, sql, String(entry.row.total), String(entry.row.sold), "", "", ""])
            table.add(["", "Redis"] + redisCells(entry.inventory))
            if let change = entry.change {
                let counts = change.counts
                table.add(
                    ["", "truth"]
                        + [counts.total, counts.sold, counts.pending, counts.available, change.version].map {
                            String($0)
                        })
            }
        }
        return table.lines
    }

    private func redisCells(_ state: InventoryState) -> [String] {
        switch state {
        case .absent: ["(no key)", "", "", "", ""]
        case .otherType: ["(not a hash)", "", "", "", ""]
        case .hash(let fields):
            [fields.total, fields.sold, fields.pending, fields.available, fields.version].map { value in
                value.map { printable($0) } ?? "(missing)"
            }
        }
    }

    private var holdsTable: [String] {
        if holds.isEmpty { return ["no holds"] }
        var table = TextTable(
            ["hold", "order", "order expires", "hash", "hash expires", "score", "seats", "verdict"], width: width)
        for line in holds {
            let order = line.order
            table.add(
                [
                    line.hold.token.description, order?.status?.rawValue ?? (order == nil ? "-" : "unknown"),
                    order?.expiresAt?.iso8601 ?? "-", status(line.hold.state), expiry(line.hold.state),
                    score(line.hold.score),
                    lines(line).map { "\($0.category) × \($0.quantity)" }.joined(separator: ", "),
                ], note: words(line.verdict))
        }
        return table.lines
    }

    private func status(_ state: HoldState) -> String {
        switch state {
        case .absent: "-"
        case .zombie: "zombie"
        case .malformed(let reason): "malformed: \(reason)"
        case .foreign(let kind): "not a hold's: \(kind)"
        case .whole(let hold): hold.status.rawValue
        }
    }

    private func expiry(_ state: HoldState) -> String {
        guard case .whole(let hold) = state, hold.status.isActive else { return "-" }
        return Timestamp(seconds: hold.expiresAtEpoch)?.iso8601 ?? String(hold.expiresAtEpoch)
    }

    private func score(_ score: IndexScore) -> String {
        if case .score(let text) = score { printable(text) } else { "-" }
    }

    private func words(_ verdict: Verdict) -> String {
        switch verdict {
        case .absent: "nothing stands behind it"
        case .active: "active"
        case .extended: "active, extended in Redis only"
        case .rewrite: "active, hash to be written again"
        case .activeWithoutHold: "active for the finalizer, hash is over"
        case .inFlight: "in flight: the finalizer is under way"
        case .finalize: "to be finalized"
        case .release(let status): "to be released as \(status.rawValue)"
        case .notActive: "not active: order without hold"
        case .ended: "ended"
        case .renew: "active, hash to be renewed for the finalizer"
        case .sqlBehind: "SQL is behind: Redis has sold it"
        }
    }

    private var shownFindings: [Finding] {
        inspection.findings.filter { finding in
            (token == nil || finding.hold == token)
                && (category == nil || finding.category == nil || finding.category == category)
        }
    }

    private var findingsTable: [String] {
        let shown = shownFindings
        if shown.isEmpty { return [] }
        var table = TextTable(["cause", "category", "hold", "seats", "what happened"], numeric: [3], width: width)
        for finding in shown {
            table.add(
                [
                    finding.cause.rawValue, finding.category?.description ?? "-", finding.hold?.description ?? "-",
                    String(finding.seats),
                ], note: finding.detail ?? finding.cause.story)
        }
        return table.lines + [""]
    }

    private var standingLine: String {
        switch inspection.standing {
        case .agrees: "Redis agrees with SQL"
        case .differs where !shownFindings.contains { $0.outcome == .found }:
            "what is shown here agrees; elsewhere in the event Redis differs from SQL"
        case .differs:
            "Redis differs from SQL: hold-reconciler rebuild --holds rebuild would repair it, unless a hold of another event names "
                + "one of these categories; check --event tells"
        case .refused(let reason): "left alone: \(reason)"
        case .sqlBehind(let reason): "left alone, for people: \(reason)"
        case .unclear(let reason): "unclear: \(reason)"
        }
    }
}
