import ArgumentParser
import Reconciliation

extension RunSettings.Traffic: ExpressibleByArgument {}

/// What the operator knows of the moment.
struct TrafficOptions: ParsableArguments {
    @Option(help: "live while the platform may sell; stopped when it certainly does not, which is faster.")
    var traffic: RunSettings.Traffic = .live

    @Flag(help: "Go on where the program would refuse: keys that look like another deployment's, buyers at checkout.")
    var force = false
}
