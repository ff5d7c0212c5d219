import HoldModel
import Reconciliation

extension RunReport {
    /// The command that a person would run now, for the same servers; `nil` where nothing is left to do.
    package var next: String? {
        guard let words = nextWords else { return nil }
        return (["hold-reconciler"] + words).joined(separator: " ")
    }

    private var nextWords: [String]? {
        if let words = nextOfPlan { return words }
        // What an undo has refused, or what has moved, is not taken back by another one.
        if command == "undo", error == nil, tally.stoppedBecause == nil, tally.byOutcome[.deferred] == nil {
            return exitStatus.isEmpty && tally.byOutcome[.applied] == nil ? nil : look
        }
        if exitStatus.contains(.leaseHeld) { return repeated }
        // Whether these are the right servers is the question before any other.
        if error != nil || tally.needsConsent { return ["doctor"] }
        if tally.stoppedBecause != nil { return repeated }
        if exitStatus.contains(.drift) { return afterDrift }
        if exitStatus.contains(.unsettled) { return repeated }
        return executed && (tally.byOutcome[.applied] ?? 0) > 0 ? look : nil
    }

    /// What follows a plan, where nothing went wrong with the run itself.
    private var nextOfPlan: [String]? {
        guard let file = scope.file, error == nil, tally.stoppedBecause == nil else { return nil }
        let path = shellWord(Array(file.utf8))
        switch command {
        case "plan": return exitStatus.contains(.drift) ? ["apply", path] + scope.options : nil
        case "apply" where !executed && exitStatus.contains(.drift):
            // What somebody has agreed to is kept, so that it can be taken back.
            let place = journal.isEmpty ? ["--journal " + shellWord(Array((file + ".journal").utf8))] : journal
            return ["apply", path] + scope.options + scope.limitOptions + ["--execute"] + place + expectation
        case "undo" where !executed && tally.byOutcome[.found] != nil:
            return ["undo", path] + scope.options + scope.limitOptions + ["--execute"] + journal
        case "apply" where exitStatus.contains(.unsettled):
            return ["plan -o", shellWord(Array((file + ".new").utf8))] + scope.options
        default: return nil
        }
    }

    /// Most drift is repaired, by a command that is tried without writing first; what was refused is for people to look at.
    private var afterDrift: [String]? {
        let outcomes = Set(tally.byOutcome.keys).subtracting([.noted])
        if outcomes == [.refused] || executed && outcomes.contains(.refused), let event = refusedEvent {
            return ["inspect", shellWord(event.bytes)]
        }
        if command == "check" { return ["rebuild --holds rebuild"] + scope.options }
        if !executed { return repeated + ["--execute"] + journal + expectation }
        // What is left are seats that may go back on sale.
        return scope.onlyTightens
            ? ["rebuild --holds rebuild --execute"] + scope.options + scope.limitOptions + journal : repeated
    }

    private var refusedEvent: EventID? {
        tally.findings.first { $0.outcome == .refused && $0.event != nil }?.event
    }

    private var expectation: [String] {
        scope.purgesAll || command == "rebuild" && scope.holds == .purge && scope.events.isEmpty
            ? ["--expect \(tally.scanned.indexMembers)"] : []
    }

    private var journal: [String] { scope.journal.map { ["--journal " + shellWord(Array($0.utf8))] } ?? [] }

    private var look: [String] { ["check --deep"] + scope.options }

    /// The run once more. A purge of all holds is looked at anew before it is repeated.
    private var repeated: [String] {
        let writes = executed && expectation.isEmpty ? ["--execute"] + journal : []
        let file = scope.file.map { [shellWord(Array($0.utf8))] } ?? []
        switch command {
        case "plan": return ["plan -o"] + file + scope.options
        case "apply", "undo": return [command] + file + scope.options + scope.limitOptions + writes
        case "rebuild":
            let only = scope.onlyTightens ? ["--only tighten"] : []
            return ["rebuild --holds \(scope.holds.rawValue)"] + scope.options + scope.limitOptions + only + writes
        case "purge": return ["purge \(scope.purgesAll ? "--all" : "--stale")"] + writes
        default: return [command] + scope.options
        }
    }
}
