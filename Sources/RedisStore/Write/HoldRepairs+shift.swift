import ChangeFiles
import HoldModel
import LuaScripts

extension HoldRepairs {
    /// Repairs an event that never stands still, part by part.
    ///
    /// - Parameter record: is called once.
    package func write(_ repair: HotRepair, record: (ApplyOutcome) -> Void) async throws {
        var (repair, outcome) = (repair, ApplyOutcome.interrupted())
        defer { record(outcome) }
        while let part = repair.next {
            switch part {
            case .holds: try await apply([repair.plan]) { if let became = $0.first { outcome = became } }
            case .counts: try await shift(repair.event, by: repair.shifts, behind: PlanPart(repair.plan), &outcome)
            }
            repair.take(outcome)
        }
    }

    /// - Parameter written: what of the repair was written before.
    private func shift(
        _ event: EventID, by shifts: [CountShift], behind written: PlanPart, _ outcome: inout ApplyOutcome
    ) async throws {
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
        let changes = shifts.map { (category: $0.category, total: $0.total, sold: $0.sold, pending: $0.pending) }
        var number: Int64?
        if let journal {
            number = try journal.record(try await entries(of: [Increments(event: event, shifts: changes)]))
        }
        var noted: JournalOutcome? = .unwritten
        defer { note(noted, of: number) }
        for answer in await scripts.answers(.shift, [call]) {
            do throws(ScriptFailure) {
                let reply = try answer.get()
                if reply.array?.first?.text == "unclear", let key = reply.array?.last?.bytes {
                    outcome = written.isEmpty ? .moved(key: key) : .cut(key: key, written: written)
                } else {
                    try expectApplied(reply, "script shift")
                    (outcome, noted) = (.applied, nil)
                }
            } catch {
                let unknown = error.mayHaveRun ? PlanPart(categories: Set(shifts.map(\.category))) : PlanPart()
                outcome = .interrupted(written: written, unknown: unknown)
                if error.mayHaveRun { noted = .unknown }
                throw error.cause
            }
        }
    }
}
