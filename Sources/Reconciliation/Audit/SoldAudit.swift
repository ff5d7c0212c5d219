import HoldModel
import PostgresSource

/// Compares each category's `quantity_sold` with the items of sold orders and with their tickets.
struct SoldAudit: Sendable {
    /// Categories that are looked at again together.
    private static let together = 2000

    let source: PostgresSource
    let watch: ServerWatch
    let settings: RunSettings
    /// Whether tickets can be read.
    let withTickets: Bool
    let progress: ProgressSink

    func run(_ tally: inout RunTally) async throws {
        var pages = try await PageWalk(
            source, events: settings.events, pageSize: settings.pageSize, shard: settings.shard)
        var suspicions: [SoldSuspicion] = []
        var done = 0
        while let events = try await pages.nextPage() {
            if settings.stop.cause != nil { return }
            try await watch.admit()
            try await look(at: events, after: nil, &suspicions, &tally)
            done += events.count
            progress(RunProgress(phase: .soldSeats, done: done, total: nil))
        }
        try await settle(&suspicions, &tally)
    }

    /// A page that takes the server too long is read in halves; an event that takes too long by itself is left.
    private func look(
        at events: [EventID], after start: CategoryPlace?, _ suspicions: inout [SoldSuspicion], _ tally: inout RunTally
    ) async throws {
        var last = start
        do {
            repeat {
                let found = try await source.soldFigures(
                    of: events, after: last, limit: AuditLooks.most, withTickets: withTickets)
                for category in found where !category.figures.agree {
                    suspicions.append(SoldSuspicion(category: category, withTickets: withTickets))
                }
                if suspicions.count >= AuditLooks.most { try await settle(&suspicions, &tally) }
                last = found.last?.place
                if found.count < AuditLooks.most { return }
            } while settings.stop.cause == nil
        } catch let error as PostgresError where error.isTimeout {
            guard events.count > 1 else {
                return tally.record(
                    Finding(deferring: events[0], because: "the seats that it has sold were not audited: \(error)"))
            }
            let (first, second) = (events[..<(events.count / 2)], events[(events.count / 2)...])
            for half in [first, second] {
                if settings.stop.cause != nil { return }
                try await look(at: Array(half), after: last, &suspicions, &tally)
            }
        }
    }

    private func settle(_ suspicions: inout [SoldSuspicion], _ tally: inout RunTally) async throws {
        try await AuditLooks(settings: settings).settle(&suspicions, &tally) { open in
            var shown: [SoldSuspicion] = []
            for start in stride(from: 0, to: open.count, by: Self.together) {
                let places = open[start..<min(start + Self.together, open.count)].map(\.place)
                if settings.stop.cause != nil { break }
                try await watch.admit()
                shown += try await source.soldFigures(again: places, withTickets: withTickets)
                    .map { SoldSuspicion(category: $0, withTickets: withTickets) }
            }
            return shown
        }
    }
}

/// A category whose figures differ.
private struct SoldSuspicion: AuditSuspicion {
    let category: SoldCategory
    let withTickets: Bool

    var place: CategoryPlace { category.place }
    var event: EventID { category.place.event }

    func isSame(as earlier: SoldSuspicion) -> Bool {
        category.figures.differ(as: earlier.category.figures)
    }

    var finding: Finding {
        Finding(
            category.figures, of: place.category, in: event,
            query: PostgresSource.soldQuery(place, withTickets: withTickets)
                ?? "for a query see sql-sold-differs in the runbook")
    }
}
