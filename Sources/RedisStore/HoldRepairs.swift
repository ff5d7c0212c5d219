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
    /// Slices of one phase that are on their way at once.
    private static let slicesTogether = 16

    let connection: RedisConnection
    let scripts: ScriptRunner
    let keys: KeySpace
    let lease: Lease
    private let budget: ScriptBudget
    private let form: ChosenForm

    /// - Parameters:
    ///   - budget: how much one script may do.
    ///   - form: how whole hashes are sent.
    package init(
        _ connection: RedisConnection, _ scripts: ScriptRunner, keys: KeySpace, lease: Lease, budget: ScriptBudget,
        form: HashForm = .fields
    ) {
        self.form = ChosenForm(form)
        self.connection = connection
        self.scripts = scripts
        self.keys = keys
        self.lease = lease
        self.budget = budget
    }

    /// Applies plans by compare-and-set; the outcomes come in the plans' order.
    ///
    /// A plan that fits in one script is applied at one instant; small ones share a script, each with an outcome of its
    /// own. A larger one goes in slices: counts that take seats off sale, then hold hashes and index, then counts that
    /// put seats on sale, so that a run that ends in between leaves fewer seats on sale, never more. A hash whose seats
    /// `pending` does not hold yet would be released by the cleaner into seats that do not exist. A slice that finds
    /// Redis changed ends its plan with its phase (design section 4).
    package func apply(_ plans: [EventPlan]) async throws -> [ApplyOutcome] {
        var outcomes = Array(repeating: ApplyOutcome.applied, count: plans.count)
        let limit = budget.keys
        let small = plans.indices.filter { (1...limit).contains(plans[$0].keyCount) }
        let fitting = small.map { plans[$0] }
        try await indexAhead(fitting)
        for (position, outcome) in zip(small, try await run(fitting)) {
            outcomes[position] = outcome
        }
        for position in plans.indices where plans[position].keyCount > limit {
            outcomes[position] = try await applyInSlices(plans[position])
        }
        return outcomes
    }

    /// Applies changes of hold keys that belong to no event's counts.
    package func apply(_ changes: [HoldChange]) async throws -> [ApplyOutcome] {
        try await run(
            changes.map {
                EventPlan(event: EventID(""), standing: .differs, findings: [], holds: [$0], counts: [])
            })
    }

    /// Deletes inventory hashes that SQL knows nothing of, where they are still what was seen.
    package func deleteInventory(_ orphans: [(key: [UInt8], fence: [UInt8])]) async throws -> [ApplyOutcome] {
        if orphans.isEmpty { return [] }
        return try await run { packing in
            for orphan in orphans { packing.addDeletion(of: orphan.key, fence: orphan.fence) }
        }
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
        try await indexAhead([plan])
        var written: Set<HoldToken> = []
        var isWritten = false
        var slices = PlanSlices(plan)
        while slices.phase != .done {
            // What puts seats on sale goes one by one: nothing of it behind a slice that found Redis changed.
            let count = slices.phase == .raising ? 1 : Self.slicesTogether
            let together = slices.nextOfPhase(budget.keys, atMost: count)
            var movedKey: [UInt8]?
            for (slice, outcome) in zip(together, try await run(together)) {
                switch outcome {
                case .moved(let key), .cut(let key, _): movedKey = movedKey ?? key
                case .applied:
                    isWritten = true
                    written.formUnion(slice.holds.map(\.token))
                }
            }
            if let movedKey { return isWritten ? .cut(key: movedKey, written: written) : .moved(key: movedKey) }
        }
        return .applied
    }

    private func run(_ plans: [EventPlan]) async throws -> [ApplyOutcome] {
        if plans.isEmpty { return [] }
        return try await run { packing in
            for plan in plans { packing.add(plan) }
        }
    }

    private func run(_ pack: (inout ApplyPacking) -> Void) async throws -> [ApplyOutcome] {
        // Another page may give payloads up meanwhile.
        let used = form.current
        var packing = ApplyPacking(keys, owner: try await lease.owner(), limit: budget.keys, form: used)
        pack(&packing)
        let packs = packing.finished()
        let replies = try await scripts.run(.apply, packs.map(\.call))
        if used == .payload, replies.contains(where: { $0.array?.first?.text == "unable" }) {
            // What a user may is the same for all of them, so nothing was written.
            form.giveUpPayloads()
            return try await run(pack)
        }
        var outcomes: [ApplyOutcome] = []
        for (pack, reply) in zip(packs, replies) { outcomes += try self.outcomes(reply, pack) }
        return outcomes
    }

    private func outcomes(_ reply: RedisReply, _ pack: ApplyPacking.Pack) throws -> [ApplyOutcome] {
        try check(reply, "script apply")
        guard let words = reply.array, words.count == pack.parts + 2, let cost = words[1].integer else {
            throw connection.unexpected("script apply")
        }
        budget.observe(keys: pack.keys, took: .microseconds(cost))
        return try words.dropFirst(2).map { word in
            guard let key = word.bytes else { throw connection.unexpected("script apply") }
            return key.isEmpty ? .applied : .moved(key: key)
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
}

extension EventPlan {
    /// Keys that its changes touch, the index not counted.
    var keyCount: Int { holds.count + counts.count }
}
