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

    func deleteInventory(_ orphans: [(key: [UInt8], fence: [UInt8])]) async throws -> [WriteOutcome] {
        var outcomes: [WriteOutcome] = []
        try await deleteInventory(orphans) { outcomes = $0 }
        return outcomes
    }
}
