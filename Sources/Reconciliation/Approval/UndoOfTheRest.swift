import ChangeFiles
import HoldModel
import RedisStore

/// Takes back what belongs to no event: holds and index members of none, and an index that was removed as a whole.
///
/// An inventory hash of a category that SQL does not have is not put back, since it would sell seats that do not exist. Nor is an
/// active hold of no event: its end would make such a hash. A hold that is active now stays so, and does not end earlier:
/// whether its seats are promised was not looked at here.
struct UndoOfTheRest: Sendable {
    /// Holds that are looked at together.
    private static let together = 1000

    let journal: Journal
    let store: HoldStore
    /// `nil` where nothing may be written.
    let repairs: HoldRepairs?

    func run(_ tally: inout RunTally) async throws {
        var holds: [(token: HoldToken, earlier: EarlierState.Hold)] = []
        for subject in journal.subjects {
            switch subject {
            case .event: continue
            case .inventory(let key):
                tally.record(
                    refused(printable(key), "SQL does not have its category, so it would sell seats that do not exist"))
            case .hold, .index:
                let entries = try journal.entries(of: subject)
                let state = EarlierState(entries)
                if subject == .index, state.holds.isEmpty {
                    tally.record(refused(printable(store.keys.index), "it was no sorted set, which is not put back"))
                }
                for (token, earlier) in state.holds.sorted(by: { $0.key < $1.key }) {
                    holds.append((token, earlier))
                    if holds.count == Self.together { try await settle(&holds, &tally) }
                }
            }
        }
        try await settle(&holds, &tally)
    }

    private func settle(
        _ holds: inout [(token: HoldToken, earlier: EarlierState.Hold)], _ tally: inout RunTally
    ) async throws {
        defer { holds = [] }
        if holds.isEmpty { return }
        let now = try await store.time()
        let request = SurveyRequest(event: EventID(""), categories: [], tokens: holds.map(\.token))
        let surveyed = try await store.survey([request]).flatMap(\.holds)
        var changes: [(change: HoldChange, finding: Finding)] = []
        for ((token, earlier), hold) in zip(holds, surveyed) {
            switch HoldReturn(of: hold, to: earlier, now: now) {
            case .none: tally.unchanged += 1
            case .noHash: tally.record(refused("holds:\(token)", "it was no hash, which is not put back"))
            case .moved:
                tally.moved += 1
                tally.record(
                    Finding(
                        .movedSince, event: nil, hold: token, after: FindingState(hold.fence),
                        detail: "it is not as the run has left it", outcome: .moved))
            case .change(let change, let hash):
                let later = hold.after(change, leaving: hash, score: earlier.score)
                if let reason = objection(to: later, from: hold, change, now) {
                    tally.record(refused("holds:\(token)", reason))
                    continue
                }
                let finding = Finding(
                    .undone, event: nil, hold: token, before: FindingState(hold.fence), after: FindingState(later.fence)
                )
                changes.append((change, finding))
            }
        }
        guard let repairs else {
            tally.differing += changes.count
            for (_, finding) in changes { tally.record(finding) }
            return
        }
        try await repairs.apply(changes.map(\.change)) { outcomes in
            for ((_, var finding), became) in zip(changes, outcomes) {
                guard let outcome = FindingOutcome(became) else { continue }
                finding.outcome = outcome
                if outcome == .applied { tally.applied += 1 } else if outcome == .moved { tally.moved += 1 }
                tally.record(finding)
            }
        }
    }

    /// Why a hold may not be as it was: the cleaner would release an active one to where no seats are, or too early; or it ends.
    private func objection(
        to later: HoldSurvey, from hold: HoldSurvey, _ change: HoldChange, _ now: Timestamp
    ) -> String? {
        if change.hash != .keep {
            if later.isActive { return "it is active, and SQL does not have its event" }
            return hold.isActive ? "it is active by now, and would end" : nil
        }
        guard later.isActive,
            let score = later.score.text.flatMap({ Double(String(decoding: $0, as: UTF8.self)) })
        else { return nil }
        // Nobody knows when one ends that cannot be read.
        if case .whole(let whole) = later.settled(at: now).state, score >= Double(whole.expiresAtEpoch) { return nil }
        return "its index member would end it before its time"
    }

    private func refused(_ key: String, _ reason: String) -> Finding {
        Finding(.undone, event: nil, detail: "\(key) is not put back: \(reason)", outcome: .refused)
    }
}

extension HoldSurvey {
    /// Whether the platform takes the hash for that of an active hold, though perhaps not the program.
    fileprivate var isActive: Bool {
        guard case .hash(let status?, _) = fence, HoldStatus(bytes: status)?.isActive ?? false else { return false }
        return state != .zombie
    }
}
