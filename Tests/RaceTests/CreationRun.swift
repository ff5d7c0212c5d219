import HoldModel
import RedisStore
import TestOutcomes
import TestTables

/// Where a rebuild of an emptied Redis is: what `PageCreation` and `TransactionLane` do, written once more in steps. What is
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
        /// Whether the event is too large for one transaction.
        var isSliced = false
        /// Whether inventories go before the holds.
        var precedes = true
    }

    /// A slice of an event that is too large, one key each.
    private enum Part: Sendable, Hashable {
        case counts([CountChange])
        /// The place of the hold among those that are created.
        case hold(Int)
    }

    private enum Stage: Sendable, Hashable {
        case walk
        case snapshot
        case questions
        case write
        case parts
    }

    private let rules: Rules
    private var stage = Stage.walk
    private var parts: [Part] = []
    /// Whether the questions of the hold that comes next were answered.
    private var isAsked = false
    private var snapshot = EventSnapshot(event: Bench.event, categories: [], orders: [])
    private var now = Timestamp(milliseconds: 0)
    private(set) var outcome: String?

    init(_ rules: Rules) {
        self.rules = rules
    }

    var isAboutToWrite: Bool {
        if case .hold? = parts.first, !isAsked { return false }
        return stage == .write || stage == .parts
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
            stage = .questions
            if rules.isSliced { slice() }
            return "snapshot"
        case .questions:
            guard let transaction = transaction(bench) else {
                outcome = "left to a plan"
                return "nothing for rows alone"
            }
            let admission = try await ask(transaction, bench)
            if admission != .admitted { outcome = "refused" }
            stage = .write
            return "questions: \(admission.map { "\($0)" } ?? "no answers")"
        case .write:
            guard let transaction = transaction(bench) else { return "nothing" }
            if rules.watches, try await ask(transaction, bench) != .admitted {
                outcome = "refused"
                return "EXEC does nothing"
            }
            outcome = try await write(transaction, bench) ? "written" : "written in part"
            return "EXEC: \(outcome ?? "")"
        case .parts: return try await writePart(bench)
        }
    }

    /// What `createInSlices` sends, in its order.
    private mutating func slice() {
        let table = SnapshotTable([snapshot])
        guard let creation = creation(table) else { return }
        var counts = PlanSlices(creating: creation, of: table)
        var before: [Part] = []
        while counts.phase != .raising, let slice = counts.next(1) { before.append(.counts(slice.counts)) }
        var after: [Part] = []
        while let slice = counts.next(1) { after.append(.counts(slice.counts)) }
        let holds = creation.holds.indices.map { Part.hold($0) }
        parts = rules.precedes ? before + holds + after : holds + before + after
        stage = .parts
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
            if parts.isEmpty { outcome = outcome ?? "written" }
            return "counts" + (outcome.map { ": \($0)" } ?? "")
        case .hold(let place):
            let table = SnapshotTable([snapshot])
            guard let creation = creation(table) else { return "nothing" }
            let transaction = bench.repairs.transaction(creating: creation.holds[place...place], of: 0, in: table)
            let admission = try await ask(transaction, bench)
            if admission != .admitted {
                outcome = "refused"
                return "hold \(place): refused"
            }
            if !isAsked {
                isAsked = true
                return "hold \(place): questions"
            }
            isAsked = false
            parts.removeFirst()
            if try await !write(transaction, bench) { outcome = "written in part" }
            return "hold \(place): EXEC"
        }
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

    private func transaction(_ bench: Bench) -> FencedTransaction? {
        let table = SnapshotTable([snapshot])
        return creation(table).map { bench.repairs.transaction(creating: [$0], of: table) }
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
