package import HoldModel
import LuaScripts

extension HoldRepairs {
    /// Repairs an event that never stands still: its holds by compare-and-set on each of them, then its counts by
    /// increments. In between fewer seats are on sale, never more.
    ///
    /// - Parameter record: is called once.
    package func shift(
        _ event: EventID, holds: [HoldChange], by shifts: [CountShift], record: (ApplyOutcome) -> Void
    ) async throws {
        let plan = EventPlan(event: event, standing: .differs, findings: [], holds: holds, counts: [])
        var outcome = ApplyOutcome.interrupted()
        defer { record(outcome) }
        try await apply([plan]) { if let became = $0.first { outcome = became } }
        guard outcome == .applied else { return }
        let written = PlanPart(plan)
        outcome = .interrupted(written: written)
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
        for answer in await scripts.answers(.shift, [call]) {
            do throws(ScriptFailure) {
                let reply = try answer.get()
                if reply.array?.first?.text == "unclear", let key = reply.array?.last?.bytes {
                    outcome = written.isEmpty ? .moved(key: key) : .cut(key: key, written: written)
                } else {
                    try expectApplied(reply, "script shift")
                    outcome = .applied
                }
            } catch {
                let unknown = error.mayHaveRun ? PlanPart(categories: Set(shifts.map(\.category))) : PlanPart()
                outcome = .interrupted(written: written, unknown: unknown)
                throw error.cause
            }
        }
    }
}
