package import ChangeFiles
package import HoldModel
import LuaScripts

/// The writing side of Redis; only a run with `--execute` is given it (design section 6.1).
///
/// Each function that writes tells a closure what became of each change, even where it throws afterwards. The report
/// must have what was written before an error, and what was in flight (design section 6.7).
package struct HoldRepairs: Sendable {
    let connection: RedisConnection
    let scripts: ScriptRunner
    let keys: KeySpace
    let lease: Lease
    let budget: ScriptBudget
    /// The budget for calls of index members alone. A member costs half as much as a hash, or twice, depending on their
    /// order.
    let memberBudget: ScriptBudget
    /// The budget for inventories alone, which are shorter than holds and do not expire.
    let inventoryBudget: ScriptBudget
    let form: ChosenForm
    /// `nil` where nothing is written in transactions.
    let lanes: TransactionLanes?
    /// Gets each change before it is sent; `nil` where none is kept.
    package let journal: JournalWriter?

    /// - Parameters:
    ///   - budget: how much one script may do.
    ///   - form: how whole hashes are sent.
    ///   - lanes: connections for transactions; without them, as with a journal, events are written by plans alone.
    ///   - journal: gets each change before it is sent.
    package init(
        _ connection: RedisConnection, _ scripts: ScriptRunner, keys: KeySpace, lease: Lease, budget: ScriptBudget,
        form: HashForm = .fields, lanes: TransactionLanes? = nil, journal: JournalWriter? = nil
    ) {
        self.journal = journal
        self.form = ChosenForm(form)
        self.lanes = journal == nil ? lanes : nil
        self.connection = connection
        self.scripts = scripts
        self.keys = keys
        self.lease = lease
        self.budget = budget
        memberBudget = budget.another
        inventoryBudget = budget.another
    }

    /// What the calls of `apply` took of Redis' time until now.
    package var scriptTimes: ScriptTimes {
        budget.times
    }

    /// Applies plans by compare-and-set.
    ///
    /// A plan that fits in one script is applied at one instant; small ones share a script, each with an outcome of its
    /// own. A larger one goes in slices: counts that take seats off sale, then hold hashes and index, then counts that
    /// put seats on sale, so that a run that ends in between leaves fewer seats on sale, never more. A hash whose seats
    /// `pending` does not hold yet would be released by the cleaner into seats that do not exist, so an inventory that
    /// is not there precedes the holds with nothing on sale. A slice that finds Redis changed ends its plan with its
    /// phase (design section 4).
    ///
    /// - Parameter record: is called once, with the outcomes in the plans' order.
    /// - Throws: after that, ``RedisError`` or ``LeaseLoss``.
    package func apply(_ plans: [EventPlan], record: ([ApplyOutcome]) -> Void) async throws {
        var outcomes = plans.map { $0.keyCount == 0 ? ApplyOutcome.applied : .interrupted() }
        defer { record(outcomes) }
        let limit = budget.keysOfWholePlan
        let small = plans.indices.filter { (1...limit).contains(plans[$0].keyCount) }
        try await send(small.map { plans[$0] }) { sent in
            for (position, outcome) in zip(small, sent) {
                outcomes[position] = ApplyOutcome(outcome, of: plans[position])
            }
        }
        for position in plans.indices where plans[position].keyCount > limit {
            let sliced = await applyInSlices(plans[position])
            outcomes[position] = sliced.outcome
            if let failure = sliced.failure { throw failure }
        }
    }

    /// Applies changes of hold keys that belong to no event's counts.
    ///
    /// - Parameter record: is called once, with the outcomes in the changes' order.
    package func apply(_ changes: [HoldChange], record: ([WriteOutcome]) -> Void) async throws {
        let plans = changes.map {
            EventPlan(event: EventID(""), standing: .differs, findings: [], holds: [$0], counts: [])
        }
        try await send(plans, record: record)
    }

    /// Deletes orphan inventory hashes, where they are still what was seen.
    ///
    /// - Parameter record: is called once, with the outcomes in the orphans' order.
    package func deleteInventory(
        _ orphans: [(key: [UInt8], fence: [UInt8])], record: ([WriteOutcome]) -> Void
    ) async throws {
        func send(_ places: some Collection<Int>, record: ([WriteOutcome]) -> Void) async throws {
            try await self.send(places.count, record: record) { packing in
                for place in places { packing.addDeletion(of: orphans[place].key, fence: orphans[place].fence) }
            }
        }
        guard let journal, !orphans.isEmpty else { return try await send(orphans.indices, record: record) }
        _ = try await lease.owner()
        try await journaled(journal, try await entries(deleting: orphans), record: record, send: send)
    }

    /// Removes a key without blocking the server over its members.
    ///
    /// - Parameter record: is called once.
    package func unlink(_ key: [UInt8], record: (WriteOutcome) -> Void) async throws {
        var outcome = WriteOutcome.unwritten
        defer { record(outcome) }
        if let journal {
            _ = try await lease.owner()
            try await recordMembers(of: key, in: journal)
        }
        var call = ScriptCall()
        call.addKey(keys.lease)
        call.addKey(key)
        call.addArgument(try await lease.owner())
        for answer in await scripts.answers(.unlink, [call]) {
            do throws(ScriptFailure) {
                try expectApplied(try answer.get(), "script unlink")
                outcome = .applied
            } catch {
                outcome = WriteOutcome(error)
                throw error.cause
            }
        }
    }
}

extension EventPlan {
    /// Keys that its changes touch, the index not counted.
    var keyCount: Int { holds.count + counts.count }
}

extension HoldChange {
    /// Whether a hash is written where there was no key.
    var isNew: Bool {
        guard case .replace = hash else { return false }
        return fence == .absent
    }
}
