import HoldModel
import RedisStore
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
    }

    private enum Stage: Sendable, Hashable {
        case walk
        case snapshot
        case questions
        case write
    }

    private let rules: Rules
    private var stage = Stage.walk
    private var snapshot = EventSnapshot(event: Bench.event, categories: [], orders: [])
    private var now = Timestamp(milliseconds: 0)
    private(set) var outcome: String?

    init(_ rules: Rules) {
        self.rules = rules
    }

    var isAboutToWrite: Bool { stage == .write }

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
            let begin = RedisCommand("MULTI")
            _ = try await bench.connection.replies(to: [begin])
            let replies = try await bench.connection.replies(to: transaction.write)
            outcome =
                replies.last?.array?.contains { if case .error = $0 { true } else { false } } == true
                ? "written in part" : "written"
            return "EXEC: \(outcome ?? "")"
        }
    }

    private func transaction(_ bench: Bench) -> FencedTransaction? {
        let table = SnapshotTable([snapshot])
        guard table.events[0].isPlain, let creation = EventCreation(0, of: table, policy: Policy(), now: now) else {
            return nil
        }
        return bench.repairs.transaction(creating: [creation], of: table)
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
