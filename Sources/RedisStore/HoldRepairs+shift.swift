package import HoldModel
import LuaScripts

extension HoldRepairs {
    /// Repairs an event that never stands still: its holds by compare-and-set on each of them, then its counts by
    /// increments. In between fewer seats are on sale, never more.
    package func shift(_ event: EventID, holds: [HoldChange], by shifts: [CountShift]) async throws -> ApplyOutcome {
        let changed = try await apply([
            EventPlan(event: event, standing: .differs, findings: [], holds: holds, counts: [])
        ])
        guard changed == [.applied] else { return changed.first ?? .applied }
        var call = ScriptCall()
        let owner = try await lease.owner()
        call.addKey(keys.lease)
        for shift in shifts { call.addKey(keys.inventory(event, shift.category)) }
        call.addArgument(owner)
        for shift in shifts {
            call.addArgument(shift.total)
            call.addArgument(shift.sold)
            call.addArgument(shift.pending)
        }
        for reply in try await scripts.run(.shift, [call]) {
            if reply.array?.first?.text == "unclear", let key = reply.array?.last?.bytes { return .moved(key: key) }
            try check(reply, "script shift")
        }
        return .applied
    }
}
