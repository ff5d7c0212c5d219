package import HoldModel
import LuaScripts

/// What became of one application of changes.
package enum ApplyOutcome: Sendable, Hashable {
    case applied
    /// Redis was no longer what the survey saw; nothing of this call was written.
    case moved(key: [UInt8])
    /// The same, after slices of a large plan were written: these holds are as planned.
    case cut(key: [UInt8], written: Set<HoldToken>)
}

/// The writing side; only a run with `--execute` is given it (design section 6.1).
package struct HoldRepairs: Sendable {
    let connection: RedisConnection
    let scripts: ScriptRunner
    let keys: KeySpace
    let lease: Lease
    private let budget: ScriptBudget

    /// - Parameter budget: how much one script may do.
    package init(
        _ connection: RedisConnection, _ scripts: ScriptRunner, keys: KeySpace, lease: Lease, budget: ScriptBudget
    ) {
        self.connection = connection
        self.scripts = scripts
        self.keys = keys
        self.lease = lease
        self.budget = budget
    }

    /// Applies plans by compare-and-set; the outcomes come in the plans' order.
    ///
    /// A plan that fits in one script is applied at one instant. A larger one goes in slices: counts that take seats off
    /// sale, then hold hashes and index, then counts that put seats on sale, so that a run that ends in between leaves
    /// fewer seats on sale, never more. A hash whose seats `pending` does not hold yet would be released by the cleaner
    /// into seats that do not exist. A slice that finds Redis changed ends its plan (design section 4).
    package func apply(_ plans: [EventPlan]) async throws -> [ApplyOutcome] {
        var outcomes = Array(repeating: ApplyOutcome.applied, count: plans.count)
        let limit = budget.keys
        let small = plans.indices.filter { plans[$0].holds.count + plans[$0].counts.count <= limit }
        let replies = try await run(
            small.map { Batch(plans[$0].event, plans[$0].holds[...], plans[$0].counts[...]) })
        for (position, outcome) in zip(small, replies) { outcomes[position] = outcome }
        for position in plans.indices where plans[position].holds.count + plans[position].counts.count > limit {
            outcomes[position] = try await applyInSlices(plans[position])
        }
        return outcomes
    }

    /// Applies changes of hold keys that belong to no event's counts.
    package func apply(_ changes: [HoldChange]) async throws -> [ApplyOutcome] {
        try await run(changes.map { Batch(EventID(""), [$0], []) })
    }

    /// Deletes inventory hashes that SQL knows nothing of, where they are still what was seen.
    package func deleteInventory(_ orphans: [(key: [UInt8], fence: [UInt8])]) async throws -> [ApplyOutcome] {
        if orphans.isEmpty { return [] }
        let owner = try await lease.owner()
        return try await run(
            orphans.map { orphan in
                var call = start(owner, keys: [orphan.key], holds: 0, metadata: [])
                call.addArgument(orphan.fence)
                for _ in 0..<5 { call.addArgument("") }
                return call
            })
    }

    /// Removes a key without blocking the server over its members.
    package func unlink(_ key: [UInt8]) async throws {
        var call = ScriptCall()
        call.addKey(keys.lease)
        call.addKey(key)
        call.addArgument(try await lease.owner())
        for reply in try await scripts.run(.unlink, [call]) { try check(reply, "script unlink") }
    }

    private func applyInSlices(_ plan: EventPlan) async throws -> ApplyOutcome {
        var written: Set<HoldToken> = []
        var isWritten = false
        var slices = PlanSlices(plan)
        while let slice = slices.next(budget.keys) {
            if case .moved(let key)? = try await run([Batch(plan.event, slice.holds[...], slice.counts[...])]).first {
                return isWritten ? .cut(key: key, written: written) : .moved(key: key)
            }
            isWritten = true
            written.formUnion(slice.holds.map(\.token))
        }
        return .applied
    }

    /// What one call of the apply script is about.
    private struct Batch {
        let event: EventID
        let holds: ArraySlice<HoldChange>
        let counts: ArraySlice<CountChange>

        init(_ event: EventID, _ holds: ArraySlice<HoldChange>, _ counts: ArraySlice<CountChange>) {
            self.event = event
            self.holds = holds
            self.counts = counts
        }
    }

    private func run(_ batches: [Batch]) async throws -> [ApplyOutcome] {
        if batches.isEmpty { return [] }
        let owner = try await lease.owner()
        // The first goes alone, to see what a key costs now.
        let start = ContinuousClock.now
        _ = try await connection.replies(to: [RedisCommand("PING")])
        let sent = ContinuousClock.now
        let first = try await run([call(batches[0], owner)])
        budget.observe(
            keys: batches[0].holds.count + batches[0].counts.count, elapsed: .now - sent, way: sent - start)
        return first + (try await run(batches.dropFirst().map { call($0, owner) }))
    }

    private func run(_ calls: [ScriptCall]) async throws -> [ApplyOutcome] {
        try await scripts.run(.apply, calls).map { reply in
            if reply.array?.first?.text == "moved", let key = reply.array?.last?.bytes { return .moved(key: key) }
            try check(reply, "script apply")
            return .applied
        }
    }

    /// - Throws: for every reply of a writing script but `applied`.
    func check(_ reply: RedisReply, _ operation: String) throws {
        switch (reply.array?.first?.text, reply.array?.last) {
        case ("applied", _): return
        case ("fenced", let owner?): throw LeaseLoss.taken(by: owner.text ?? "")
        case ("wrongtype", _):
            throw connection.refused(operation, "the index \(printable(keys.index)) is no sorted set")
        default: throw connection.unexpected(operation)
        }
    }

    /// One call of the apply script; its header says how the arguments lie.
    private func call(_ batch: Batch, _ owner: [UInt8]) -> ScriptCall {
        var call = start(
            owner,
            keys: batch.holds.map { keys.hold($0.token) }
                + batch.counts.map { keys.inventory(batch.event, $0.category) },
            holds: batch.holds.count, metadata: RewrittenHold.metadata(of: batch.event))
        for hold in batch.holds { hold.encode(into: &call) }
        for change in batch.counts {
            call.addArgument(change.fence)
            let counts = change.counts
            for number in [counts.total, counts.sold, counts.pending, counts.available, change.version] {
                call.addArgument(number)
            }
        }
        return call
    }

    private func start(_ owner: [UInt8], keys changed: [[UInt8]], holds: Int, metadata: [UInt8]) -> ScriptCall {
        var call = ScriptCall()
        call.addKey(keys.lease)
        call.addKey(keys.index)
        for key in changed { call.addKey(key) }
        call.addArgument(owner)
        call.addArgument(Int64(holds))
        call.addArgument(Int64(keys.holdPrefix.count))
        call.addArgument(metadata)
        return call
    }
}
