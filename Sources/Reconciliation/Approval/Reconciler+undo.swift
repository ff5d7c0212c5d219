import ChangeFiles
import HoldModel

extension Reconciler {
    /// Returns the events that a journal has changed, as suspects with all tokens that it has and that the census has.
    ///
    /// Such events agree with SQL, so no first look would find them.
    func undoable(_ journal: Journal, _ census: inout Census, _ tally: inout RunTally) throws -> [Suspect] {
        let events = settings.events ?? journal.events
        tally.scanned.events += events.count
        return try events.map { event in
            let changed = Set(try journal.entries(of: .event(event)).flatMap { $0.holds.map(\.token) })
            let known = census.takeNew(of: event, besides: [])
            return Suspect(event: event, tokens: known + changed.subtracting(known).sorted())
        }
    }
}
