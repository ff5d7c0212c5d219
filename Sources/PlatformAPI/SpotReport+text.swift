import HoldModel
package import Output

extension SpotReport {
    /// The report for people (`--format table`), a line for each thing that was compared.
    package var page: Printed {
        let seats = "\(asked.quantity) seat\(asked.quantity == 1 ? "" : "s")"
        let heading =
            "\(seats) of \(shown(asked.category)) in \(shown(asked.event)), asked for at \(api) as \(asked.requester)"
        let width = lines.map(\.subject.count).max() ?? 0
        let rows = lines.map { line in
            let padding = String(repeating: " ", count: width - line.subject.count)
            return "\(line.result.mark)  \(line.subject)\(padding)  \(line.words)"
        }
        return Page([heading] + rows + [conclusion]).printed
    }

    private var conclusion: String {
        let left = placed.subtracting(givenBack)
        if !left.isEmpty { return "left behind: \(left.sorted().map { "'\($0)'" }.joined(separator: ", "))" }
        let kept = placed.isEmpty ? "no hold was placed" : "the hold was given back"
        if !errors.isEmpty { return "failed; \(kept)" }
        if let stoppedBecause { return "partial: \(stoppedBecause); \(kept)" }
        if !isConclusive { return "nothing could be concluded, run again; \(kept)" }
        return (differs ? "API, Redis and SQL differ; " : "API, Redis and SQL agree; ") + kept
    }

    private func shown(_ text: String) -> String {
        printable(Array(text.utf8))
    }
}

extension SpotLine.Result {
    fileprivate var mark: String {
        switch self {
        case .ok: "ok  "
        case .differs: "DIFF"
        case .note: "note"
        }
    }
}
