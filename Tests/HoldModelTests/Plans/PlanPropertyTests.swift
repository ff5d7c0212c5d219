import HoldModel
import TestRandom
import Testing

/// What is true of every plan, for thousands of random events.
@Suite struct PlanPropertyTests {
    @Test func aPlanIsIdempotentCountsTheTruthAndExplainsEverySeat() throws {
        var random = SeededRandom(named: "plans")
        for round in 0..<3000 {
            let sample = Sample.random(using: &random)
            let plan = sample.plan
            let place = Comment("round \(round), seed \(random.seed)")
            guard plan.standing == .differs else {
                #expect(plan.counts.isEmpty && plan.holds.isEmpty, place)
                continue
            }
            #expect(plan.findings.contains { $0.outcome == .found }, place)
            for change in plan.counts {
                let row = try #require(sample.categories.first { $0.id == change.category })
                #expect(change.counts.total == row.total, place)
                #expect(change.counts.available >= 0, place)
                #expect(
                    change.counts.available
                        == max(row.total - change.counts.sold - change.counts.pending, 0), place)
                #expect(change.counts.sold <= row.sold, place)
                #expect(plan.findings.contains { $0.category == change.category }, place)
            }
            #expect(sample.applying(plan).plan.standing == .agrees, place)
        }
    }

    @Test func purgeLeavesNothingPendingAndNobodyActive() {
        var random = SeededRandom(named: "purges")
        for round in 0..<1000 {
            var sample = Sample.random(using: &random)
            sample.policy.holds = .purge
            sample.policy.closesCheckouts = true
            let plan = sample.plan
            let after = sample.applying(plan)
            let place = Comment("round \(round), seed \(random.seed)")
            // What Redis has sold and SQL does not know is not undone by a purge either.
            if case .sqlBehind = plan.standing {
                #expect(plan.holds.isEmpty && plan.counts.isEmpty, place)
                continue
            }
            #expect(after.plan.standing == .agrees, place)
            #expect(!after.holds.contains { $0.score != .noMember }, place)
        }
    }
}

extension Sample {
    static func random(using random: inout SeededRandom) -> Sample {
        var sample = Sample()
        for number in 0..<Int.random(in: 0...5, using: &random) {
            let token = "t\(number)"
            let lines = seats(Int64.random(in: 1...4, using: &random), Int64.random(in: 0...3, using: &random))
            if Bool.random(using: &random), let status = OrderStatus.allCases.randomElement(using: &random) {
                let ago = -Int64.random(in: 0...900, using: &random)
                sample.orders.append(
                    .sample(
                        token, status, expires: Bool.random(using: &random) ? ago + 300 : nil, created: ago, paid: ago,
                        lines))
            }
            let score: IndexScore? = [nil, .noMember, .score(Array("7".utf8))].randomElement(using: &random) ?? nil
            switch Int.random(in: 0...4, using: &random) {
            case 0: sample.holds.append(.absent(token, score: score ?? .noMember))
            case 1: sample.holds.append(.zombie(token, score: score ?? .noMember))
            default:
                guard let status = HoldStatus.allCases.randomElement(using: &random) else { continue }
                sample.holds.append(
                    .sample(token, status, expires: Int64.random(in: -300...300, using: &random), lines, score: score))
            }
        }
        sample.stallsInventory = randomInventory(using: &random)
        sample.circleInventory = randomInventory(using: &random)
        return sample
    }

    private static func randomInventory(using random: inout SeededRandom) -> InventoryState {
        switch Int.random(in: 0...6, using: &random) {
        case 0: .absent
        case 1: .otherType
        default:
            .counts(
                Int64.random(in: 0...120, using: &random), Int64.random(in: 0...20, using: &random),
                Int64.random(in: -9...20, using: &random), Int64.random(in: 0...120, using: &random))
        }
    }

    /// The event as it stands after a plan was applied, written apart from the apply script.
    func applying(_ plan: EventPlan) -> Sample {
        var after = self
        for change in plan.counts {
            let counts = change.counts
            let state = InventoryState.counts(
                counts.total, counts.sold, counts.pending, counts.available, version: change.version)
            if change.category == stalls { after.stallsInventory = state } else { after.circleInventory = state }
        }
        for change in plan.holds {
            guard let at = after.holds.firstIndex(where: { $0.token == change.token }) else { continue }
            let hold = after.holds[at]
            var state = hold.state
            switch change.hash {
            case .keep: break
            case .delete: state = .absent
            case .date(let seconds):
                guard case .whole(let whole) = state else { break }
                state = .whole(
                    Hold(status: whole.status, expiresAtEpoch: seconds, event: whole.event, lines: whole.lines))
            case .replace(let written):
                state = .whole(
                    Hold(
                        status: written.status, expiresAtEpoch: written.expiresAtEpoch, event: written.event,
                        lines: written.lines))
            case .renew(let status, _, let expiresAt, _):
                guard case .whole(let whole) = hold.state else { continue }
                state = .whole(
                    Hold(
                        status: status, expiresAtEpoch: expiresAt.secondsRoundedUp, event: whole.event,
                        lines: whole.lines))
            case .whole(let hash):
                state = HoldState(
                    status: hash["status"], expiresAtEpoch: hash["expiresAtEpoch"], entries: hash["entries"])
            case .close(let status, _, _, _):
                state = .whole(Hold(status: status, expiresAtEpoch: 0, event: EventID(""), lines: []))
            }
            let score: IndexScore =
                switch change.index {
                case .keep: hold.score
                case .remove: .noMember
                case .score(let seconds): .score(Array(String(seconds).utf8))
                case .text(let text): .score(text)
                }
            after.holds[at] = HoldSurvey(token: hold.token, state: state, fence: hold.fence, score: score)
        }
        return after
    }
}
