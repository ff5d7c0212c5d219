import ArgumentParser
import HoldModel

/// Which events a run is about.
struct EventOptions: ParsableArguments {
    @Option(name: .customLong("event"), help: "Only this event; may be given several times.")
    var events: [String] = []

    /// `nil` for all; each once.
    var ids: [EventID]? {
        events.isEmpty ? nil : Array(Set(events.map { EventID($0) })).sorted()
    }
}
