import ArgumentParser
import HoldModel

/// The option that limits a run to some events.
struct EventOptions: ParsableArguments {
    @Option(name: .customLong("event"), help: "Only this event; may be given several times.")
    var events: [String] = []

    /// The events, each once; `nil` for all.
    var ids: [EventID]? {
        events.isEmpty ? nil : Array(Set(events.map { EventID($0) })).sorted()
    }
}
