import HoldModel
import LuaScripts

extension HoldRepairs {
    /// Sends plans, of which each goes in one script.
    ///
    /// - Parameter record: is called once, with the outcomes in the plans' order.
    func send(_ plans: [EventPlan], record: ([WriteOutcome]) -> Void) async throws {
        var outcomes = plans.map { _ in WriteOutcome.unwritten }
        defer { record(outcomes) }
        try await create(plans, &outcomes)
        let left = plans.indices.filter { outcomes[$0] != .applied }
        try await send(left.count) { sent in
            for (position, outcome) in zip(left, sent) { outcomes[position] = outcome }
        } pack: { packing in
            for position in left { packing.add(plans[position]) }
        }
    }

    /// Writes the plans that create all they touch. What is there after all is left to the fences of the others.
    private func create(_ plans: [EventPlan], _ outcomes: inout [WriteOutcome]) async throws {
        let new = form.current == .payload ? plans.indices.filter { plans[$0].creates } : []
        if new.isEmpty { return }
        var packing = CreatePacking(keys, owner: try await lease.owner(), limit: budget.keys)
        for position in new { packing.add(plans[position]) }
        let packs = packing.finished()
        let answers = await scripts.answers(.create, packs.map(\.call))
        // What a user may is the same for all of them, so nothing was written.
        if answers.contains(where: \.isUnable) { return form.giveUpPayloads() }
        var created: [WriteOutcome] = []
        defer { for (position, outcome) in zip(new, created) { outcomes[position] = outcome } }
        try read(answers, packs, "script create", &created)
    }

    /// - Parameters:
    ///   - count: how many parts `pack` adds.
    ///   - record: is called once, with the outcomes of these parts.
    func send(
        _ count: Int, record: ([WriteOutcome]) -> Void, pack: (inout ApplyPacking) -> Void
    ) async throws {
        var outcomes: [WriteOutcome] = []
        defer { record(outcomes + Array(repeating: .unwritten, count: count - outcomes.count)) }
        if count == 0 { return }
        // Another page may give payloads up meanwhile.
        let used = form.current
        var packing = ApplyPacking(keys, owner: try await lease.owner(), limit: budget.keys, form: used)
        pack(&packing)
        var packs = packing.finished()
        var answers = await scripts.answers(.apply, packs.map(\.call))
        if used == .payload, answers.contains(where: \.isUnable) {
            // What a user may is the same for all of them, so nothing was written.
            form.giveUpPayloads()
            packing = ApplyPacking(keys, owner: try await lease.owner(), limit: budget.keys, form: form.current)
            pack(&packing)
            packs = packing.finished()
            answers = await scripts.answers(.apply, packs.map(\.call))
        }
        try read(answers, packs, "script apply", &outcomes)
    }

    /// - Parameter outcomes: gets an outcome for each part of the packs, also where this throws.
    func read(
        _ answers: [ScriptAnswer], _ packs: [ScriptPack], _ operation: String, _ outcomes: inout [WriteOutcome]
    ) throws {
        var failure: ScriptFailure?
        for (pack, answer) in zip(packs, answers) {
            do throws(ScriptFailure) {
                outcomes += try read(try answer.get(), pack, operation)
            } catch {
                outcomes += repeatElement(WriteOutcome(error), count: pack.parts)
                failure = failure ?? error
            }
        }
        if let failure { throw failure.cause }
    }

    private func read(
        _ reply: RedisReply, _ pack: ScriptPack, _ operation: String
    ) throws(ScriptFailure) -> [WriteOutcome] {
        try expectApplied(reply, operation)
        let unexpected = ScriptFailure(cause: connection.unexpected(operation), mayHaveRun: true)
        guard let words = reply.array, words.count == pack.parts + 2, let cost = words[1].integer else {
            throw unexpected
        }
        budget.observe(keys: pack.keys, took: .microseconds(cost))
        var outcomes: [WriteOutcome] = []
        for word in words.dropFirst(2) {
            guard let key = word.bytes else { throw unexpected }
            outcomes.append(key.isEmpty ? .applied : .moved(key: key))
        }
        return outcomes
    }

    /// - Throws: for every reply of a writing script but `applied`.
    func expectApplied(_ reply: RedisReply, _ operation: String) throws(ScriptFailure) {
        switch (reply.array?.first?.text, reply.array?.last) {
        case ("applied", _): return
        case ("fenced", let owner?):
            throw ScriptFailure(cause: LeaseLoss.taken(by: owner.text ?? ""), mayHaveRun: false)
        case ("wrongtype", _):
            let refusal = connection.refused(operation, "the index \(printable(keys.index)) is no sorted set")
            throw ScriptFailure(cause: refusal, mayHaveRun: false)
        default: throw ScriptFailure(cause: connection.unexpected(operation), mayHaveRun: true)
        }
    }
}

extension ScriptAnswer {
    /// Whether the script found that its user may not do what it is asked to do.
    var isUnable: Bool {
        guard case .success(let reply) = self else { return false }
        return reply.array?.first?.text == "unable"
    }
}
