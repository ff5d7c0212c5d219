import HoldModel
import PostgresSource
import RedisStore

/// Compares what SQL says of sold seats with itself, and open orders with their holds (`check --audit-sql`).
///
/// All that it finds is for people: it repairs nothing, and no verdict depends on it.
struct SQLAudit: Sendable {
    let source: PostgresSource
    let store: HoldStore
    let watch: ServerWatch
    let settings: RunSettings
    let progress: ProgressSink

    /// What cannot be read is told, and left out.
    ///
    /// - Throws: what ends the run: ``PostgresError`` where the connection is lost, ``RedisError``, ``RunRefusal``.
    func run(_ tally: inout RunTally) async throws {
        try await audit(&tally)
        // Each step ends early where the run is to end, so not all may have been compared.
        if let cause = settings.stop.cause { tally.stoppedBecause = tally.stoppedBecause ?? cause }
    }

    private func audit(_ tally: inout RunTally) async throws {
        let unreadable = try await source.unreadableColumns()
        if let items = unreadable["order_items"] {
            tally.warnings.append("SQL was not audited: \(items.joined(separator: "; "))")
            return
        }
        let withTickets = unreadable["tickets"] == nil
        if let tickets = unreadable["tickets"] {
            tally.warnings.append(
                "quantity_sold was audited beside the items of sold orders alone, without their tickets: "
                    + tickets.joined(separator: "; "))
        }
        try await leavingOutWhatIsRefused("the seats of sold orders", &tally) { tally in
            try await SoldAudit(
                source: source, watch: watch, settings: settings, withTickets: withTickets, progress: progress
            ).run(&tally)
        }
        guard settings.stop.cause == nil else { return }
        // A standby may lag by more than the time between two looks, so both could compare an old order with a new hold.
        if settings.readsStandby {
            tally.warnings.append("SQL is a standby, so the items of open orders were not compared with their holds")
            return
        }
        try await leavingOutWhatIsRefused("the items of open orders", &tally) { tally in
            try await OrderSeatsAudit(
                source: source, store: store, watch: watch, settings: settings, withTickets: withTickets,
                progress: progress
            ).run(&tally)
        }
    }

    private func leavingOutWhatIsRefused(
        _ part: String, _ tally: inout RunTally, _ work: (inout RunTally) async throws -> Void
    ) async throws {
        do {
            try await work(&tally)
        } catch let error as PostgresError where error.isOfTheSchema {
            tally.warnings.append("\(part) were not audited to the end: \(error)")
        } catch let error as PostgresError where error.isTimeout {
            tally.record(
                Finding(
                    .unsettled, event: nil, detail: "\(part) were not audited to the end: \(error)", outcome: .deferred)
            )
        }
    }
}

extension PostgresError {
    /// Whether a table, a column, a type or a privilege is not what the statement needs.
    fileprivate var isOfTheSchema: Bool { sqlState?.hasPrefix("42") ?? false }

    /// Whether the statement took longer than `--statement-timeout`.
    var isTimeout: Bool { sqlState == "57014" }
}
