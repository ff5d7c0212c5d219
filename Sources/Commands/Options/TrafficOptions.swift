import ArgumentParser
import HoldModel
import Reconciliation

extension RunSettings.Traffic: ExpressibleByArgument {}

/// The options that say whether tickets are selling, and that bound what a run does meanwhile.
struct TrafficOptions: ParsableArguments {
    enum Direction: String, ExpressibleByArgument, CaseIterable {
        case tighten
    }

    @Option(help: "live while the platform may sell; stopped when it certainly does not, which is faster.")
    var traffic: RunSettings.Traffic = .live

    @Option(help: "tighten: apply only what takes seats off sale, nothing that puts them back.")
    var only: Direction?

    @Option(help: "Seconds between the two looks that putting seats on sale takes, with traffic live.")
    var releaseAfter: Double = 2

    @Option(help: "Looks at an event that conclude nothing before it gets looks at one instant, or is left.")
    var attempts: Int = 6

    @Option(help: "Milliseconds between such looks, on average.")
    var pause: Int = 250

    @Option(help: "Seconds after which the run ends at the next whole step and says what it left.")
    var timeLimit: Double?

    @Option(help: "Seconds that the three clocks may differ; above that the run puts no seat on sale.")
    var maxSkew: Double = 5

    @Option(
        help: "Milliseconds in which Redis should answer; above that the run waits, two seconds a step at the most.")
    var maxLatency: Double = 50

    @Option(help: "Milliseconds that one script may take; slices are sized to fit.")
    var scriptBudget: Double = 2

    @Flag(help: "Go on where the program would refuse: keys that look like another deployment's, buyers at checkout.")
    var force = false

    func validate() throws {
        func check(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws {
            guard range.contains(value) else {
                let bounds = [range.lowerBound, range.upperBound].map { $0.rounded() == $0 ? String(Int($0)) : "\($0)" }
                throw ValidationError("\(name) is \(bounds[0]) to \(bounds[1])")
            }
        }
        try check("--release-after", releaseAfter, 0...3600)
        try check("--attempts", Double(attempts), 1...1000)
        try check("--pause", Double(pause), 0...60_000)
        if let timeLimit { try check("--time-limit", timeLimit, 0.001...604_800) }
        try check("--max-skew", maxSkew, 0...86_400)
        try check("--max-latency", maxLatency, 0.1...60_000)
        try check("--script-budget", scriptBudget, 0.1...100)
    }

    /// Puts these options into the settings of a run.
    func apply(to settings: inout RunSettings) {
        settings.force = force
        settings.policy.closesCheckouts = force
        settings.policy.tightensOnly = only == .tighten
        settings.tightensByChoice = only == .tighten
        settings.releaseAfter = .seconds(releaseAfter)
        settings.attempts = attempts
        settings.pause = .milliseconds(pause)
        settings.maxSkew = .seconds(maxSkew)
        settings.maxLatency = .seconds(maxLatency / 1000)
        settings.scriptBudget = .seconds(scriptBudget / 1000)
        settings.stop = StopRequest(after: timeLimit.map { .seconds($0) })
    }
}
