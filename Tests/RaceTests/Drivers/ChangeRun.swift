import ChangeFiles
import HoldModel
import Reconciliation

/// Drives a plan, its application with a journal, and its undo, each with stable looks of its own, at one event; or a repair
/// that has no plan, and its undo.
///
/// A run that is killed leaves its journal: then the undo begins. An undo that is killed begins anew.
struct ChangeRun: Sendable, Hashable {
    struct Rules: Sendable, Hashable {
        var looks = RaceProtocol()
        /// Whether the change is planned before.
        var isPlanned = true
        /// Whether all comes in one step up to here, so that a search is about what follows.
        var begins = Stage.plan

        init() {
            looks.needsOneLook()
            looks.journal = .ahead
        }
    }

    enum Stage: Sendable, Hashable, Comparable {
        case plan
        case apply
        case undo
    }

    private let rules: Rules
    private(set) var stage: Stage
    private(set) var look: Look
    /// What the plan has, as it stands in the file.
    private(set) var planned: PlannedItem?
    private var kills = 0
    private(set) var outcome: String?

    init(_ rules: Rules) {
        self.rules = rules
        stage = rules.isPlanned ? .plan : .apply
        look = Look(rules.looks, rules.isPlanned ? .plan : .repair)
    }

    /// What the journal of the run has that is undone, or is to be.
    var recorded: [JournalEntry] {
        if case .undo(let entries) = look.errand { entries } else { look.entries }
    }

    /// Whether the next step brings a search to where it begins.
    var comesFirst: Bool { stage < rules.begins }

    var isAboutToWrite: Bool { look.isAboutToWrite || comesFirst }

    /// Takes the next step.
    ///
    /// - Returns: what it was, in words.
    mutating func step(_ model: RaceModel, _ bench: Bench) async throws -> String {
        var said = try await take(model, bench)
        while stage < rules.begins, outcome == nil { said = try await take(model, bench) }
        return said
    }

    private mutating func take(_ model: RaceModel, _ bench: Bench) async throws -> String {
        if model.kills > kills {
            kills = model.kills
            if stage == .plan {
                outcome = "plan: killed"
                return "nothing is left of the plan"
            }
            beginUndo()
        }
        let said = "\(stage): \(try await look.step(model, bench))"
        guard let became = look.outcome else { return said }
        switch stage {
        case .plan:
            guard let item = look.item else { break }
            let approved = try PlannedItem(line: item.line())
            planned = approved
            (stage, look) = (.apply, Look(rules.looks, .apply(approved)))
            return said
        case .apply:
            guard !look.entries.isEmpty else { break }
            beginUndo()
            return said
        case .undo: break
        }
        outcome = "\(stage): \(became)"
        return said
    }

    private mutating func beginUndo() {
        (stage, look) = (.undo, Look(rules.looks, .undo(recorded)))
    }
}
