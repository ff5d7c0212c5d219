import HoldModel
import Reconciliation
import RedisStore
import TestOutcomes

/// How the event is written: a transaction's questions and its `EXEC` are two steps.
extension CreationRun {
    mutating func write(_ writing: Writing, _ model: RaceModel, _ bench: Bench) async throws -> String {
        let table = table
        guard let creation = creation(table) else { preconditionFailure("rows of no creation") }
        do {
            switch writing {
            case .slices(var slices, nil):
                guard let plan = slices.next(1) else { preconditionFailure("slices without an end") }
                let became = try await bench.repairs.apply([plan]).first
                if became != .applied { slices.end() }
                proceed(slices, became == .applied)
                return "counts" + (outcome.map { ": \($0)" } ?? "")
            case .slices(var slices, let places?):
                let part = bench.repairs.transaction(creating: creation.holds[places], of: 0, in: table)
                let (said, answer) = try await run(part, "holds \(places)", bench)
                guard let answer else { return said }
                if answer != .written { slices.end() }
                proceed(slices, answer == .written)
                return said
            case .whole(var progress):
                let members = IndexedFrom(
                    ahead ? MembersAhead(events: [0]) : .none, now: Timestamp(milliseconds: model.now * 1000))
                let part =
                    progress.next == .inventories
                    ? bench.repairs.transaction(creatingInventoriesOf: [creation], in: table)
                    : bench.repairs.transaction(creatingHoldsOf: [creation], in: table, members)
                let (said, answer) = try await run(part, progress.next.map { "\($0)" } ?? "", bench)
                guard let answer else { return said }
                progress.take(answer)
                self.writing = progress.next == nil ? nil : .whole(progress)
                let became = progress.outcome(of: creation, in: table, KeySpace(prefix: Bench.prefix))
                if self.writing == nil { conclude(became) }
                return said
            }
        } catch let loss as LeaseLoss {
            self.writing = nil
            outcome = "lost the lease: \(loss)"
            return "nothing: \(loss)"
        }
    }

    private mutating func proceed(_ slices: PlanSlices, _ isApplied: Bool) {
        var slices = slices
        let holds = slices.takeNewHolds(1)
        writing = slices.phase == .done && holds == nil ? nil : .slices(slices, holds: holds)
        if writing == nil { conclude(isApplied ? .applied : .moved(key: [])) }
    }

    private mutating func conclude(_ became: ApplyOutcome) {
        switch refill.take(became, of: 0, rules.refill) {
        case .written: isWritten = true
        case let fate: outcome = fate.map { "\($0)" } ?? "left to a plan"
        }
    }

    /// Asks the questions of a transaction, or writes it where they were asked.
    ///
    /// - Returns: what was done, and what became of the part; `nil` where it comes next.
    private mutating func run(
        _ transaction: FencedTransaction, _ name: String, _ bench: Bench
    ) async throws -> (said: String, answer: CreationProgress.Answer?) {
        if !isAsked {
            let admission = try await ask(transaction, bench)
            isAsked = admission == .admitted
            if case .fenced(let owner) = admission { throw LeaseLoss.taken(by: owner) }
            return ("\(name): questions, \(admission.map { "\($0)" } ?? "no answers")", isAsked ? nil : .refused)
        }
        isAsked = false
        if rules.watches, try await ask(transaction, bench) != .admitted {
            return ("\(name): EXEC does nothing", .refused)
        }
        _ = try await bench.connection.replies(to: [RedisCommand("MULTI")])
        let replies = try await bench.connection.replies(to: transaction.write)
        // Between the two questions for the time.
        let results = replies.last?.array?.dropFirst().dropLast() ?? []
        let met = results.enumerated().filter { if case .error = $0.element { true } else { false } }.map(\.offset)
        return ("\(name): EXEC", met.isEmpty ? .written : .met(met))
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
