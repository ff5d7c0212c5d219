package import HoldModel
package import RedisStore

/// What became of it, as a value.
extension HoldRepairs {
    package func apply(_ plans: [EventPlan]) async throws -> [ApplyOutcome] {
        var outcomes: [ApplyOutcome] = []
        try await apply(plans) { outcomes = $0 }
        return outcomes
    }

    package func apply(_ changes: [HoldChange]) async throws -> [WriteOutcome] {
        var outcomes: [WriteOutcome] = []
        try await apply(changes) { outcomes = $0 }
        return outcomes
    }

    package func createInSlices(
        _ creation: EventCreation, of table: SnapshotTable
    ) async throws -> ApplyOutcome? {
        var outcome: ApplyOutcome?
        try await createInSlices(creation, of: table) { outcome = $0 }
        return outcome
    }

    package func deleteInventory(_ orphans: [(key: [UInt8], fence: [UInt8])]) async throws -> [WriteOutcome] {
        var outcomes: [WriteOutcome] = []
        try await deleteInventory(orphans) { outcomes = $0 }
        return outcomes
    }

    package func write(_ repair: HotRepair) async throws -> ApplyOutcome? {
        var outcome: ApplyOutcome?
        try await write(repair) { outcome = $0 }
        return outcome
    }
}
