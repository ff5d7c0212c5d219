import HoldModel
import RedisStore
import TestOutcomes
import TestTables

/// Where a rebuild of an emptied Redis is: what `PageCreation` and `HoldRepairs` do, written once more in steps. What is
/// written, the questions and what is made of their answers are the program's own (`EventCreation`, `FencedTransaction`).
///
/// A search goes back and forth between worlds, so nothing can be watched across its steps: that `EXEC` does nothing where
/// something has changed is asked once more when it comes.
struct CreationRun: Sendable, Hashable {
    struct Rules: Sendable, Hashable {
        /// Whether what was asked is watched until it is written.
        var watches = true
        /// Whether the lease is asked for.
        var asksLease = true
        /// Whether the event's holds are too many for one transaction.
        var isSliced = false
        /// Whether inventories go before the holds.
        var precedes = true
    }

    /// What is written at one instant.
    private enum Part: Sendable, Hashable {
        /// A slice of an event that is too large, by a script.
        case counts([CountChange])
        /// All inventories, in a transaction.
        case inventories
        /// Some of the holds that are created, in a transaction.
        case holds(Range<Int>)
    }

    private enum Stage: Sendable, Hashable {
        case walk
        case snapshot
        case parts
    }

    private let rules: Rules
    private var stage = Stage.walk
    private var parts: [Part] = []
    /// Whether the questions of the transaction that comes next were answered.
    private var isAsked = false
    private var snapshot = EventSnapshot(event: Bench.event, categories: [], orders: [])
    private var now = Timestamp(milliseconds: 0)
    private(set) var outcome: String?

    init(_ rules: Rules) {
        self.rules = rules
    }

    var isAboutToWrite: Bool {
        switch parts.first {
        case .counts: true
        case .inventories, .holds: isAsked
        case nil: false
        }
    }

    /// Takes the next step.
    ///
    /// - Returns: what it was, in words.
    mutating func step(_ model: RaceModel, _ bench: Bench) async throws -> String {
        switch stage {
        case .walk:
            var found = 0
            try await bench.store.scanKeys { found += $0.tokens.count + $0.inventoryKeys.count }
            if found > 0 { outcome = "not empty" }
            stage = .snapshot
            return "keyspace, \(found) keys"
        case .snapshot:
            snapshot = model.snapshot(knowing: [])
            now = Timestamp(milliseconds: model.now * 1000)
            stage = .parts
            let table = SnapshotTable([snapshot])
            guard let creation = creation(table) else {
                outcome = "left to a plan"
                return "nothing for rows alone"
            }
            parts = rules.isSliced ? slices(of: creation, table) : whole(creation)
            return "snapshot"
        case .parts:
            let text = try await writePart(bench)
            if parts.isEmpty { outcome = outcome ?? "written" }
            return text
        }
    }

    /// What `create` sends, in its order.
    private func whole(_ creation: EventCreation) -> [Part] {
        if creation.holds.isEmpty { return [.inventories] }
        let holds = Part.holds(creation.holds.indices)
        return rules.precedes ? [.inventories, holds] : [holds, .inventories]
    }

    /// What `createInSlices` sends, in its order.
    private func slices(of creation: EventCreation, _ table: SnapshotTable) -> [Part] {
        var counts = PlanSlices(creating: creation, of: table)
        var before: [Part] = []
        while counts.phase != .raising, let slice = counts.next(1) { before.append(.counts(slice.counts)) }
        var after: [Part] = []
        while let slice = counts.next(1) { after.append(.counts(slice.counts)) }
        let holds = creation.holds.indices.map { Part.holds($0..<$0 + 1) }
        return rules.precedes ? before + holds + after : holds + before + after
    }

    private mutating func writePart(_ bench: Bench) async throws -> String {
        switch parts[0] {
        case .counts(let counts):
            parts.removeFirst()
            let plan = EventPlan(event: Bench.event, standing: .differs, findings: [], holds: [], counts: counts)
            do {
                if case .moved? = try await bench.repairs.apply([plan]).first { outcome = "moved" }
            } catch let loss as LeaseLoss {
                outcome = "lost the lease: \(loss)"
            }
            return "counts" + (outcome.map { ": \($0)" } ?? "")
        case .inventories:
            return try await runTransaction("inventories", bench) {
                $0.transaction(creatingInventoriesOf: [$1], in: $2)
            }
        case .holds(let places):
            return try await runTransaction("holds \(places)", bench) {
                $0.transaction(creating: $1.holds[places], of: 0, in: $2)
            }
        }
    }

    /// Asks the questions of a transaction, or writes it where they were asked.
    private mutating func runTransaction(
        _ name: String, _ bench: Bench, _ make: (HoldRepairs, EventCreation, SnapshotTable) -> FencedTransaction
    ) async throws -> String {
        let table = SnapshotTable([snapshot])
        guard let creation = creation(table) else { return "nothing" }
        let transaction = make(bench.repairs, creation, table)
        if !isAsked {
            isAsked = true
            let admission = try await ask(transaction, bench)
            if admission != .admitted { outcome = "refused" }
            return "\(name): questions, \(admission.map { "\($0)" } ?? "no answers")"
        }
        isAsked = false
        if rules.watches, try await ask(transaction, bench) != .admitted {
            outcome = "refused"
            return "\(name): EXEC does nothing"
        }
        let part = parts.removeFirst()
        if try await !write(transaction, bench) {
            outcome = "written in part"
            // Holds are not written beside an inventory whose counts may not know of them.
            if part == .inventories { parts = [] }
        }
        return "\(name): EXEC"
    }

    /// - Returns: whether no command was refused.
    private func write(_ transaction: FencedTransaction, _ bench: Bench) async throws -> Bool {
        _ = try await bench.connection.replies(to: [RedisCommand("MULTI")])
        let replies = try await bench.connection.replies(to: transaction.write)
        return replies.last?.array?.contains { if case .error = $0 { true } else { false } } != true
    }

    private func creation(_ table: SnapshotTable) -> EventCreation? {
        table.events[0].isPlain ? EventCreation(0, of: table, policy: Policy(), now: now) : nil
    }

    private func ask(_ transaction: FencedTransaction, _ bench: Bench) async throws -> FencedTransaction.Admission? {
        let answers = try await bench.connection.replies(to: transaction.questions)
        // Ends what the questions began.
        _ = try await bench.connection.replies(to: [RedisCommand("EXEC")])
        let admission = transaction.admission(answers, owner: Array(Bench.owner.utf8))
        if !rules.asksLease, case .fenced = admission { return .admitted }
        return admission
    }
}
