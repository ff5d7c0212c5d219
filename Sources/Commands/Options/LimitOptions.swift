import ArgumentParser
import Reconciliation

/// How much a run that writes may change before it stops.
struct LimitOptions: ParsableArguments {
    @Option(
        help: "Seats that the run may put on sale or take off it in all; it stops before the event that exceeds this.")
    var maxSeats: Int64?

    @Option(help: "Percent of a category's seats that one change may put on sale or take off it.")
    var maxPercent: Double?

    @Option(help: "Events that the run may change.")
    var maxEvents: Int?

    @Option(
        help:
            "Events that may be changed though they are more than half of all, within 10 percent; the run that stops there says it."
    )
    var yesChange: Int?

    func validate() throws {
        func check(_ name: String, _ isRight: Bool, _ meaning: String) throws {
            if !isRight { throw ValidationError("\(name) is \(meaning)") }
        }
        try check("--max-seats", maxSeats ?? 0 >= 0, "a number of seats, 0 or more")
        try check("--max-percent", (0...100).contains(maxPercent ?? 0), "0 to 100")
        try check("--max-events", maxEvents ?? 0 >= 0, "a number of events, 0 or more")
        try check("--yes-change", (0...1_000_000_000).contains(yesChange ?? 0), "a number of events, 0 or more")
    }

    /// Sets what these options say.
    func apply(to settings: inout RunSettings) {
        settings.limits.seats = maxSeats
        settings.limits.percent = maxPercent
        settings.limits.events = maxEvents
        settings.limits.agreedEvents = yesChange
    }
}
