import ChangeFiles
import HoldModel
import Reconciliation
import RedisStore

extension Look {
    /// What a look is for.
    enum Errand: Sendable, Hashable {
        case repair
        case plan
        case apply(PlannedItem)
        case undo([JournalEntry])
    }

    /// What becomes of a change that was proved.
    mutating func direct(_ plan: EventPlan) {
        switch errand {
        case .repair, .undo: prepare(plan, isWhole: true)
        case .plan: (item, outcome) = (PlannedItem(plan), "planned")
        case .apply(let planned):
            let item = rules.comparesItems ? PlannedItem(plan) : planned
            switch ChangeCourse.ruling(on: item, planned: planned) {
            case .go: prepare(plan, isWhole: true)
            case .moved, .beside, .noted: outcome = "moved"
            }
        }
    }

    /// The state that an undo goes back to.
    func earlierStates(_ survey: EventSurvey) -> EarlierStates? {
        guard case .undo(let entries) = errand else { return nil }
        var state = EarlierState(entries)
        if !rules.fencesUndo {
            for (category, found) in zip(request.categories, survey.inventory) {
                state.counts[category]?.left.append(found)
            }
        }
        return EarlierStates(named: "journal") { [state] _ in entries.isEmpty ? nil : .success(state) }
    }
}
