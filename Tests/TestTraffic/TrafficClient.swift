import TestPlatform
import TestRandom

/// One buyer after another: takes a hold, and does with it what buyers do.
struct TrafficClient {
    let number: Int
    let platform: Platform
    let events: [PlatformEvent]
    let scripts: ScriptSession
    let sql: SQLSession
    let books: SeatBooks
    let faults: FaultQueue
    let options: TrafficOptions
    var random: SeededRandom

    private var holds = 0

    init(
        number: Int, platform: Platform, events: [PlatformEvent], scripts: ScriptSession, sql: SQLSession,
        books: SeatBooks, faults: FaultQueue, options: TrafficOptions, random: SeededRandom
    ) {
        self.number = number
        self.platform = platform
        self.events = events
        self.scripts = scripts
        self.sql = sql
        self.books = books
        self.faults = faults
        self.options = options
        self.random = random
    }

    /// Serves buyers until the flag is set; the last one's hold stays as it is.
    mutating func run(until stop: StopFlag) async throws {
        while !stop.isSet {
            books.count("rounds")
            if Int.random(in: 0..<20, using: &random) == 0, let fault = faults.next() {
                try await make(fault)
            } else if let backlog = options.backlog, Int.random(in: 0..<8, using: &random) == 0 {
                try await acceptLate(backlog)
            } else if let hold = try await acquire() {
                try await serve(hold)
            }
            try await pause(upTo: options.thinkTime)
        }
        _ = try await acquire()
    }

    private mutating func serve(_ hold: PlatformHold) async throws {
        try await pause(upTo: options.browsingTime)
        let isForSale = !hold.seats.contains { $0.category.hasSuffix(TrafficEvents.neverSold) }
        switch Int.random(in: 0..<(isForSale ? 5 : 3), using: &random) {
        case 0: try await release(hold)
        case 1:
            guard try await perform(platform.extendCall(hold, by: platform.holdTTL)) else { return }
            try await pause(upTo: options.browsingTime)
            try await release(hold)
        case 2: try await cancelOrder(hold)
        case 3: if try await checkout(hold) { try await sell(hold) }
        default: if try await order(hold) { try await sell(hold) }
        }
    }
}

/// What buyers do. Each step ends where the platform refuses what it should not.
extension TrafficClient {
    private mutating func acquire() async throws -> PlatformHold? {
        guard let hold = newHold(at: Clock.now()) else { return nil }
        let call = platform.acquireCall(hold)
        books.count(call.script.rawValue)
        guard let refusal = call.refusal(try await scripts.word(call)) else {
            books.take(hold)
            return hold
        }
        if refusal.reason == "unavailable" { books.count("sold out") } else { books.note(refusal) }
        return nil
    }

    /// - Parameter isSold: leaves out the seats that nobody buys.
    mutating func newHold(at now: Int, life: Int? = nil, isSold: Bool = false) -> PlatformHold? {
        // Some events are in everybody's mind.
        let popular = Bool.random(using: &random) ? events.prefix(3).randomElement(using: &random) : nil
        guard let event = popular ?? events.randomElement(using: &random) else { return nil }
        holds += 1
        let offered = event.categories.filter { !isSold || !$0.id.hasSuffix(TrafficEvents.neverSold) }
        let categories = offered.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random))
        return PlatformHold(
            token: "client \(number):\(holds)", event: event.id,
            seats: categories.map { Seats($0.id, Int.random(in: 1...3, using: &random)) },
            createdAt: now, expiresAt: now + (life ?? platform.holdTTL))
    }

    private func release(_ hold: PlatformHold) async throws {
        books.letGo(hold)
        _ = try await perform(platform.releaseCall(hold))
    }

    /// Flow A.
    private mutating func checkout(_ hold: PlatformHold) async throws -> Bool {
        guard try await perform(platform.claimCall(hold)) else { return false }
        let form: OrderForm = Bool.random(using: &random) ? .items : .ticketsOnly
        try await sql.run(OrderSQL.insert(hold, createdAt: Clock.now(), expiresAt: nil, form: form))
        return try await perform(platform.commitCall(hold))
    }

    /// Flow B, to the payment.
    private mutating func order(_ hold: PlatformHold) async throws -> Bool {
        try await sql.run(OrderSQL.insert(hold, createdAt: Clock.now(), expiresAt: hold.expiresAt))
        try await pause(upTo: options.browsingTime)
        guard try await perform(platform.claimCall(hold)) else { return false }
        try await sql.run(OrderSQL.pay(hold, at: Clock.now()))
        return try await perform(platform.commitCall(hold))
    }

    /// Flow B, given up before the payment; one deployment tells SQL first, another Redis.
    private mutating func cancelOrder(_ hold: PlatformHold) async throws {
        try await sql.run(OrderSQL.insert(hold, createdAt: Clock.now(), expiresAt: hold.expiresAt))
        try await pause(upTo: options.browsingTime)
        let sqlFirst = Bool.random(using: &random)
        if !sqlFirst { try await release(hold) }
        try await sql.run(OrderSQL.close(hold, as: "cancelled", at: Clock.now()))
        if sqlFirst { try await release(hold) }
    }

    private mutating func sell(_ hold: PlatformHold) async throws {
        try await confirm(hold)
        try await pause(upTo: options.finalizeDelay)
        _ = try await perform(platform.finalizeCall(hold))
    }

    private func confirm(_ hold: PlatformHold, paidAt: Int = Clock.now()) async throws {
        try await sql.run(OrderSQL.confirm(hold, paidAt: paidAt))
        books.sell(hold)
    }

    func perform(_ call: PlatformCall) async throws -> Bool {
        books.count(call.script.rawValue)
        guard let refusal = call.refusal(try await scripts.word(call)) else { return true }
        books.note(refusal)
        return false
    }

    private mutating func pause(upTo longest: Duration) async throws {
        try await Task.sleep(for: longest * Double.random(in: 0...1, using: &random))
    }
}

/// What goes wrong. The books let go of seats that the program may put back on sale from then on.
extension TrafficClient {
    private mutating func make(_ fault: Fault) async throws {
        switch fault {
        case .ttlRace: try await leak()
        case .lostClaim: try await loseClaim()
        case .lostFinalize: try await loseFinalize()
        case .failedRollback: try await failRollback()
        case .abandonedCheckout: try await abandonCheckout()
        default: books.note(contradiction: "the traffic cannot make the fault \(fault.rawValue)")
        }
    }

    /// The hash's time ends in the second of the score: the cleaner finds no hash and drops the member.
    private mutating func leak() async throws {
        guard let hold = try await acquire() else { return }
        books.letGo(hold)
        books.note(.ttlRace, hold)
        try await scripts.lose(hold, on: platform)
    }

    /// In one transaction, for an old hold that is only held would be released by the cleaner.
    private mutating func loseClaim() async throws {
        guard let hold = newHold(at: Clock.now() - options.lostClaimAge, life: options.lostClaimLife) else { return }
        let claim = platform.claimCall(hold, at: hold.createdAt)
        let words = try await scripts.words([platform.acquireCall(hold, hashTTL: platform.holdTTL), claim])
        if words == ["ok", "ok"] { books.note(.lostClaim, hold) }
    }

    /// An hour ago, so that its grace is over.
    private mutating func loseFinalize() async throws {
        guard let hold = try await acquire(), try await checkout(hold) else { return }
        try await confirm(hold, paidAt: Clock.now() - 3600)
        books.note(.lostFinalize, hold)
    }

    private mutating func failRollback() async throws {
        guard let hold = try await acquire(), try await checkout(hold) else { return }
        books.letGo(hold)
        books.note(.failedRollback, hold)
        try await sql.run(OrderSQL.close(hold, as: "failed", at: Clock.now()))
    }
}
