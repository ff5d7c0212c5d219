import HoldModel
import RedisStore

/// What became of it, as a value.
extension HoldRepairs {
    func apply(_ plans: [EventPlan]) async throws -> [ApplyOutcome] {
        var outcomes: [ApplyOutcome] = []
        try await apply(plans) { outcomes = $0 }
        return outcomes
    }

    func apply(_ changes: [HoldChange]) async throws -> [WriteOutcome] {
        var outcomes: [WriteOutcome] = []
        try await apply(changes) { outcomes = $0 }
        return outcomes
    }

    func shift(_ event: EventID, holds: [HoldChange], by shifts: [CountShift]) async throws -> ApplyOutcome? {
        var outcome: ApplyOutcome?
        try await shift(event, holds: holds, by: shifts) { outcome = $0 }
        return outcome
    }
}
