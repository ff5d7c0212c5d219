import RedisStore
import TestPlatform
import TestRandom

/// The platform's finalizer, which is away most of the time. Some of its work ends as dead letters, which a person
/// replays.
struct LateFinalizer {
    let platform: Platform
    let scripts: ScriptSession
    let sql: SQLSession
    let books: SeatBooks
    let backlog: Backlog
    var options: TrafficOptions
    var random: SeededRandom

    /// Stays away and comes back by turns, until the flag is set.
    mutating func run(until stop: StopFlag) async throws {
        while !stop.isSet {
            let waiting = try await count(of: platform.queueKey)
            let begin = ContinuousClock.now
            while !stop.isSet, !backlog.isRebuilt(after: begin) { try await Task.sleep(for: .milliseconds(20)) }
            guard !stop.isSet else { return }
            for _ in 0..<waiting { try await finalizeNext(orFailIn: 4, butLeft: true) }
            try await replay()
            backlog.noteReturn()
        }
    }

    /// Sells all that waits, the dead letters too, without a pause: nobody else is at work.
    func finish() async throws {
        var finalizer = self
        finalizer.options.finalizeDelay = .zero
        try await replay()
        while try await count(of: platform.queueKey) > 0 {
            try await finalizer.finalizeNext(orFailIn: nil, butLeft: false)
        }
    }

    /// Takes a message and sells its order, without a look at the capacity.
    ///
    /// - Parameters:
    ///   - chance: one in so many becomes a dead letter.
    ///   - butLeft: whether an order goes back to the queue while the last rebuild has left its event.
    private mutating func finalizeNext(orFailIn chance: Int?, butLeft: Bool) async throws {
        guard let text = try await scripts.connection.reply(to: RedisCommand("RPOP", platform.queueKey), "RPOP").text
        else { return }
        let message = try FinalizationMessage(json: text)
        if butLeft, backlog.isLeft(message.hold.event) {
            _ = try await scripts.connection.reply(to: RedisCommand("LPUSH", platform.queueKey, text), "LPUSH")
            return
        }
        try await Task.sleep(for: options.finalizeDelay * Double.random(in: 0...1, using: &random))
        if let chance, Int.random(in: 0..<chance, using: &random) == 0 {
            let dead = try message.dead(because: "the payment provider is away", at: Clock.now()).json()
            _ = try await scripts.connection.reply(to: RedisCommand("LPUSH", platform.deadLetterKey, dead), "LPUSH")
            books.count("dead letters")
            return
        }
        let hold = message.hold
        let status = try await sql.run(OrderSQL.status(of: hold)).first?.first.flatMap { $0 } ?? ""
        if let reason = OrderSQL.reasonNotToSell(status) {
            books.note(contradiction: "the finalizer cannot sell \(hold.token): \(reason)")
            return
        }
        try await sql.run(OrderSQL.confirm(hold, paidAt: Clock.now()))
        books.sell(hold)
        try await Task.sleep(for: options.finalizeDelay * Double.random(in: 0...1, using: &random))
        let call = platform.finalizeCall(try await asWritten(hold))
        if let refusal = call.refusal(try await scripts.word(call)) { books.note(refusal) }
        books.count("late sales")
    }

    /// A hash that was written again may have its categories in another order.
    private func asWritten(_ hold: PlatformHold) async throws -> PlatformHold {
        let reply = try await scripts.connection.reply(
            to: RedisCommand("HGET", platform.holdKey(hold.token), "entries"), "HGET")
        guard let entries = reply.text else { return hold }
        return try hold.ordered(by: entries)
    }

    private func replay() async throws {
        let command = RedisCommand("RPOPLPUSH", platform.deadLetterKey, platform.queueKey)
        while try await scripts.connection.reply(to: command, "RPOPLPUSH").text != nil { books.count("replays") }
    }

    private func count(of list: String) async throws -> Int {
        let reply = try await scripts.connection.reply(to: RedisCommand("LLEN", list), "LLEN")
        return Int(reply.integer ?? 0)
    }
}
