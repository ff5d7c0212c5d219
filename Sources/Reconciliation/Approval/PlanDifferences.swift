import ChangeFiles
import HoldModel
import RedisStore

/// Says what has moved since a plan was made.
extension PlannedItem {
    /// Returns what is not as the plan saw it: `before` is what the plan saw, `after` what is there now. Where all of Redis is
    /// as it was, what is right has changed: then `before` and `after` are what was planned, and what would be written now.
    func differences(from look: EventLook) -> [Finding] {
        let event = look.plan.event
        var findings: [Finding] = []
        let inventory = Dictionary(
            zip(look.request.categories, look.survey.inventory), uniquingKeysWith: { first, _ in first })
        for planned in counts {
            let now = inventory[planned.category] ?? .absent
            if now == planned.before { continue }
            findings.append(
                moved(
                    event, planned.category, nil, FindingState(planned.before), FindingState(now),
                    "the counts have moved"))
        }
        let fences = Dictionary(
            look.survey.holds.map { ($0.token, $0.fence) }, uniquingKeysWith: { first, _ in first })
        for planned in holds {
            let now = fences[planned.token] ?? .absent
            if now == planned.before { continue }
            findings.append(
                moved(event, nil, planned.token, FindingState(planned.before), FindingState(now), "the hold has moved"))
        }
        guard findings.isEmpty else { return findings }
        let wanted = Dictionary(
            look.plan.counts.map { ($0.category, $0) }, uniquingKeysWith: { first, _ in first })
        for planned in counts where planned.after != wanted[planned.category]?.counts {
            findings.append(
                moved(
                    event, planned.category, nil,
                    planned.after.map { .counts($0, version: planned.version) } ?? .absent,
                    wanted[planned.category].map { .counts($0.counts, version: $0.version) } ?? .absent,
                    "other counts are right now"))
        }
        if findings.isEmpty {
            findings.append(moved(event, nil, nil, .absent, .absent, "what is right now is not what was planned"))
        }
        return findings
    }

    private func moved(
        _ event: EventID, _ category: CategoryID?, _ hold: HoldToken?, _ before: FindingState, _ after: FindingState,
        _ detail: String
    ) -> Finding {
        Finding(
            .movedSince, event: event, category: category, hold: hold, before: before, after: after,
            detail: detail + " since the plan was made; make a new plan", outcome: .moved)
    }
}
