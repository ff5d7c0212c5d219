package import HoldModel
import LuaScripts

/// What became of one application of changes.
package enum ApplyOutcome: Sendable, Hashable {
    case applied
    /// Redis was no longer what the survey saw; nothing of this call was written.
    case moved(key: [UInt8])
}

/// The writing side; only a run with `--execute` is given it (design section 6.1).
package struct HoldRepairs: Sendable {
    /// Keys that one script writes: about two milliseconds of Redis' time.
    private static let keysPerWrite = 200

    let connection: RedisConnection
    let scripts: ScriptRunner
    let keys: KeySpace

    package init(_ connection: RedisConnection, _ scripts: ScriptRunner, keys: KeySpace) {
        self.connection = connection
        self.scripts = scripts
        self.keys = keys
    }

    /// Applies plans by compare-and-set; the outcomes come in the plans' order.
    ///
    /// A plan that fits in one script is applied at one instant. A larger one goes in slices, hold hashes and index
    /// first and counts last, so that a run that ends in between leaves fewer seats on sale, never more; a slice that
    /// finds Redis changed ends its plan (design section 4).
    package func apply(_ plans: [EventPlan]) async throws -> [ApplyOutcome] {
        var outcomes = Array(repeating: ApplyOutcome.applied, count: plans.count)
        let small = plans.indices.filter { plans[$0].holds.count + plans[$0].counts.count <= Self.keysPerWrite }
        let replies = try await run(small.map { call(plans[$0].event, plans[$0].holds[...], plans[$0].counts[...]) })
        for (position, outcome) in zip(small, replies) { outcomes[position] = outcome }
        for position in plans.indices
        where plans[position].holds.count + plans[position].counts.count > Self.keysPerWrite {
            outcomes[position] = try await applyInSlices(plans[position])
        }
        return outcomes
    }

    /// Applies changes of hold keys that belong to no event's counts.
    package func apply(_ changes: [HoldChange]) async throws -> [ApplyOutcome] {
        try await run(changes.map { call(EventID(""), [$0], []) })
    }

    /// Deletes inventory hashes that SQL knows nothing of, where they are still what was seen.
    package func deleteInventory(_ orphans: [(key: [UInt8], fence: [UInt8])]) async throws -> [ApplyOutcome] {
        try await run(
            orphans.map { orphan in
                var call = ScriptCall()
                call.addKey(keys.index)
                call.addKey(orphan.key)
                call.addArgument(0)
                call.addArgument(Int64(keys.holdPrefix.count))
                call.addArgument(orphan.fence)
                for _ in 0..<5 { call.addArgument("") }
                return call
            })
    }

    /// Removes a key without blocking the server over its members.
    package func unlink(_ key: [UInt8]) async throws {
        var command = RedisCommand("UNLINK")
        command.append(key)
        _ = try await connection.reply(to: command, "UNLINK")
    }

    private func applyInSlices(_ plan: EventPlan) async throws -> ApplyOutcome {
        for start in stride(from: 0, to: plan.holds.count, by: Self.keysPerWrite) {
            let slice = plan.holds[start..<min(start + Self.keysPerWrite, plan.holds.count)]
            if case .moved(let key) = try await run([call(plan.event, slice, [])])[0] { return .moved(key: key) }
        }
        for start in stride(from: 0, to: plan.counts.count, by: Self.keysPerWrite) {
            let slice = plan.counts[start..<min(start + Self.keysPerWrite, plan.counts.count)]
            if case .moved(let key) = try await run([call(plan.event, [], slice)])[0] { return .moved(key: key) }
        }
        return .applied
    }

    private func run(_ calls: [ScriptCall]) async throws -> [ApplyOutcome] {
        try await scripts.run(.apply, calls).map { reply in
            switch (reply.array?.first?.text, reply.array?.last?.bytes) {
            case ("applied", _): return .applied
            case ("moved", let key?): return .moved(key: key)
            case ("wrongtype", _):
                throw connection.refused("script apply", "the index \(printable(keys.index)) is no sorted set")
            default: throw connection.unexpected("script apply")
            }
        }
    }

    /// One call of the apply script; its header says how the arguments lie.
    private func call(_ event: EventID, _ holds: ArraySlice<HoldChange>, _ counts: ArraySlice<CountChange>)
        -> ScriptCall
    {
        var call = ScriptCall()
        call.addKey(keys.index)
        for hold in holds { call.addKey(keys.holdPrefix, hold.token.bytes) }
        for count in counts { call.addKey(keys.inventory(event, count.category)) }
        call.addArgument(Int64(holds.count))
        call.addArgument(Int64(keys.holdPrefix.count))
        for hold in holds { hold.encode(into: &call) }
        for count in counts {
            call.addArgument(count.fence)
            for number in [
                count.counts.total, count.counts.sold, count.counts.pending, count.counts.available, count.version,
            ] {
                call.addArgument(number)
            }
        }
        return call
    }
}
