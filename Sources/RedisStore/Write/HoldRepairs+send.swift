import HoldModel
import LuaScripts

extension HoldRepairs {
    /// Sends plans, of which each goes in one script.
    ///
    /// - Parameter record: is called once, with the outcomes in the plans' order.
    func send(_ plans: [EventPlan], record: ([WriteOutcome]) -> Void) async throws {
        func send(_ places: some Collection<Int>, record: ([WriteOutcome]) -> Void) async throws {
            try await self.send(places.count, record: record) { packing in
                for place in places { packing.add(plans[place]) }
            }
        }
        guard let journal else { return try await send(plans.indices, record: record) }
        // A run that may not write leaves no journal either.
        _ = try await lease.owner()
        try await journaled(journal, try await entries(of: plans), record: record, send: send)
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
        var failure: ScriptFailure?
        for (pack, answer) in zip(packs, answers) {
            do throws(ScriptFailure) {
                outcomes += try read(try answer.get(), pack)
            } catch {
                outcomes += repeatElement(WriteOutcome(error), count: pack.parts)
                failure = failure ?? error
            }
        }
        if let failure { throw failure.cause }
    }

    private func read(_ reply: RedisReply, _ pack: ScriptPack) throws(ScriptFailure) -> [WriteOutcome] {
        let operation = "script apply"
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
