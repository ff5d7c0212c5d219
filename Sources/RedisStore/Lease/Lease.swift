package import HoldModel
import LuaScripts

/// The right to write, for one run at a time under each key prefix: a key with this run's name and a TTL.
///
/// It is taken with the first write, so that a run with nothing to repair writes nothing at all. Every writing script
/// checks the name, so a run that was halted for longer than its lease writes nothing when it goes on.
///
/// Where the work is split, each shard has a lease of its own, and the common one says `shards:N`. The common one is
/// taken and renewed with a shard's in one script, so that it never ends before one of them. While any shard may write,
/// a run that is not split finds it taken, and so do shards of another number.
package actor Lease {
    private let connection: RedisConnection
    private let scripts: ScriptRunner
    private let keys: KeySpace
    private let name: [UInt8]
    /// How long the lease lasts without being renewed.
    private let life: Duration
    private var state = State.untaken

    private enum State {
        case untaken
        case held
        case lost
    }

    /// Runs `body` with a lease that is renewed until `body` ends, and gives it back.
    ///
    /// - Throws: ``LeaseLoss/taken(by:)`` at once where another run holds it, and whatever `body` throws.
    package static func withLease<Value: Sendable>(
        _ connection: RedisConnection, _ scripts: ScriptRunner, keys: KeySpace, name: String, life: Duration,
        _ body: (Lease) async throws -> Value
    ) async throws -> Value {
        let lease = Lease(connection, scripts, keys: keys, name: name, life: life)
        try await lease.expectFree()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await lease.keepRenewing() }
            defer { group.cancelAll() }
            do {
                let value = try await body(lease)
                try await lease.giveBack()
                return value
            } catch {
                // The failure of `body` is the one to report; a lease that cannot be given back ends by itself.
                try? await lease.giveBack()
                throw error
            }
        }
    }

    package init(_ connection: RedisConnection, _ scripts: ScriptRunner, keys: KeySpace, name: String, life: Duration) {
        self.connection = connection
        self.scripts = scripts
        self.keys = keys
        self.name = Array(name.utf8)
        self.life = life
    }

    /// Returns the name that writing scripts check, and takes the lease if this is the first write.
    ///
    /// - Throws: ``LeaseLoss``.
    package func owner() async throws -> [UInt8] {
        switch state {
        case .held: return name
        case .lost: throw LeaseLoss.ranOut
        case .untaken:
            if keys.shard.isWhole { try await take() } else { try await join() }
            if state == .untaken { state = .held }
            return name
        }
    }

    /// - Throws: ``LeaseLoss/taken(by:)`` where another run holds the lease.
    func expectFree() async throws {
        if let holder = try await holder(of: keys.lease) { throw LeaseLoss.taken(by: holder) }
        guard !keys.shard.isWhole, let holder = try await holder(of: keys.commonLease), holder != shards else { return }
        throw LeaseLoss.taken(by: holder)
    }

    private func take() async throws {
        var command = RedisCommand("SET")
        command.append(keys.lease)
        command.append(name)
        command.append("NX")
        command.append("PX")
        command.append(milliseconds)
        let isTaken = try await connection.reply(to: command, "SET of the lease") != .null
        if isTaken { return }
        // Several writers of this run may come here at once; all but the first find the run's own name.
        let holder = try await holder(of: keys.lease) ?? ""
        guard Array(holder.utf8) == name else { throw LeaseLoss.taken(by: holder) }
    }

    private func join() async throws {
        var call = ScriptCall()
        call.addKey(keys.lease)
        call.addKey(keys.commonLease)
        call.addArgument(name)
        call.addArgument(milliseconds)
        call.addArgument(shards)
        let reply = try await scripts.run(.join, [call]).first?.array
        guard reply?.first?.text == "joined" else { throw LeaseLoss.taken(by: reply?.last?.text ?? "") }
    }

    /// The value of the common lease while shards of this number run. The name of an unsplit run has spaces, so it
    /// differs.
    private var shards: String {
        "shards:\(keys.shard.count)"
    }

    private var milliseconds: Int64 {
        Int64(life / .milliseconds(1))
    }

    private func holder(of key: [UInt8]) async throws -> String? {
        var command = RedisCommand("GET")
        command.append(key)
        return try await connection.reply(to: command, "GET of the lease").text
    }

    private func keepRenewing() async throws {
        while !Task.isCancelled {
            try await Task.sleep(for: life / 3)
            if state == .held { try await renew() }
        }
    }

    func renew() async throws {
        var call = ScriptCall()
        call.addKey(keys.lease)
        if !keys.shard.isWhole { call.addKey(keys.commonLease) }
        call.addArgument(name)
        call.addArgument(milliseconds)
        if !keys.shard.isWhole { call.addArgument(shards) }
        let replies = try await scripts.run(.renew, [call])
        if replies.first?.array?.first?.text != "renewed" { state = .lost }
    }

    func giveBack() async throws {
        guard state == .held else { return }
        state = .lost
        var call = ScriptCall()
        call.addKey(keys.lease)
        if !keys.shard.isWhole {
            call.addKey(keys.commonLease)
            for other in keys.otherLeases { call.addKey(other) }
        }
        call.addArgument(name)
        if !keys.shard.isWhole { call.addArgument(shards) }
        _ = try await scripts.run(.yield, [call])
    }
}
