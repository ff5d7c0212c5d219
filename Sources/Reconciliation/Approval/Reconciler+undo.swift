import ChangeFiles
import HoldModel
import PostgresSource

extension Reconciler {
    /// Returns the events that a journal has changed, as suspects with all tokens that it has and that the census has.
    ///
    /// Such events agree with SQL, so no first look would find them. Those that SQL does not have any more are refused.
    func undoable(_ journal: Journal, _ census: inout Census, _ tally: inout RunTally) async throws -> [Suspect] {
        let asked = settings.events ?? journal.events
        let events = try await source.existingEvents(asked).sorted()
        for event in Set(asked).subtracting(events).sorted() {
            tally.record(
                Finding(
                    .undone, event: event, detail: "not taken back: SQL does not have this event any more",
                    outcome: .refused))
        }
        tally.scanned.events += events.count
        return try events.map { event in
            let changed = Set(try journal.entries(of: .event(event)).flatMap { $0.holds.map(\.token) })
            let known = census.takeNew(of: event, besides: [])
            return Suspect(event: event, tokens: known + changed.subtracting(known).sorted())
        }
    }
}
