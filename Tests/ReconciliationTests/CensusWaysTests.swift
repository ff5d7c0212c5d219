import Foundation
import HoldModel
import TestPlatform
import TestRandom
import TestServers
import Testing

@testable import Reconciliation

/// Where nearly every hold has an order a census leaves the holds to the walk over SQL, elsewhere it asks each for its
/// event. Both must come to the same, whatever Redis and SQL have come to.
@Suite(.postgres) struct CensusWaysTests {
    @Test func bothFindAndRepairTheSame() async throws {
        let random = SeededRandom(named: "census ways")
        let environment = ProcessInfo.processInfo.environment
        var numbers = 0..<(environment["CENSUS_STATES"].flatMap { Int($0) } ?? 12)
        // One of them alone, for a replay.
        if let number = environment["CENSUS_STATE"].flatMap({ Int($0) }) { numbers = number..<(number + 1) }
        try await CensusBench.with { bench in
            for number in numbers {
                var stream = random.stream(number)
                let state = DamagedState(of: bench.platform, using: &stream)
                try await bench.make(state)
                try await expectTheSame(
                    of: state, number, on: bench, "CENSUS_STATE=\(number) TEST_SEED=\(random.seed) \(state)")
            }
        }
    }

    private func expectTheSame(of state: DamagedState, _ number: Int, on bench: CensusBench, _ place: Comment)
        async throws
    {
        let checks: [(RunSettings.Traffic, deep: Bool)] = [(.stopped, true), (.live, true), (.live, false)]
        let (traffic, deep) = checks[number % checks.count]
        let seen = Told(try await bench.run(.asked, traffic: traffic, deep: deep))
        let seenAwaited = Told(try await bench.run(.awaited, traffic: traffic, deep: deep))
        #expect(seen.differences(from: seenAwaited) == [], "check, \(traffic), deep \(deep), \(place)")
        let asked = try await bench.run(.asked, traffic: .stopped, executes: true)
        let picture = try await RedisPicture(of: bench.platform.redis)
        try await bench.makeRedis(state)
        let awaited = try await bench.run(.awaited, traffic: .stopped, executes: true)
        #expect(Told(asked).differences(from: Told(awaited)) == [], "rebuild, \(place)")
        #expect(picture.differences(from: try await RedisPicture(of: bench.platform.redis)) == [], place)
        // What was left alone may have too many seats on sale, and an order whose seats were put back on sale; nothing
        // else.
        let left = awaited.findings.filter { finding in
            finding.outcome == .noted ? finding.cause == .orderWithoutHold : finding.outcome != .applied
        }
        let events = Set(left.compactMap(\.event))
        for key in try await Judge().count(bench.platform).tooManyOnSale.keys {
            let event = key.split(separator: ":").dropFirst().first.map { EventID(String($0)) }
            #expect(event.map(events.contains) == true, "\(key), \(place)")
        }
    }
}

/// What a run tells, but for the seconds it happened in.
private struct Told {
    private let lines: [String: Int]

    init(_ tally: RunTally) {
        var all = tally.findings.map { finding in
            // A hash written again gets its life from the run's own clock.
            var after = "\(finding.after)"
            if case .hold(let status, _) = finding.after { after = status }
            var (before, detail) = ("\(finding.before)", finding.detail ?? "")
            // One that was renewed is told as it is now, with its age.
            if finding.cause == .waitingFinalizer {
                if case .hold(let status, _) = finding.before { before = status }
                detail = String(detail.prefix { $0 != ")" })
            }
            return [
                "\(finding.cause)", "\(finding.outcome)", finding.event?.description ?? "-",
                finding.category?.description ?? "-", finding.hold?.description ?? "-", "\(finding.seats)",
                before, after, detail,
            ].joined(separator: " ")
        }
        let scanned = tally.scanned
        all.append(
            "scanned \(scanned.events) events, \(scanned.categories) categories, \(scanned.orders) orders, "
                + "\(scanned.holds) holds, \(scanned.indexMembers) members")
        all.append("by status \(scanned.byStatus.sorted { $0.key.rawValue < $1.key.rawValue })")
        all.append(
            "events: \(tally.unchanged) unchanged, \(tally.differing) differing, \(tally.applied) applied, "
                + "\(tally.moved) moved, \(tally.deferred) deferred, \(tally.refused) refused, \(tally.verified) verified"
        )
        all.append("warnings \(tally.warnings)")
        lines = Dictionary(all.map { ($0, 1) }, uniquingKeysWith: +)
    }

    func differences(from other: Told) -> [String] {
        Set(lines.keys).union(other.lines.keys).sorted().compactMap { line in
            let (mine, others) = (lines[line] ?? 0, other.lines[line] ?? 0)
            return mine == others ? nil : "\(mine) or \(others) times: \(line)"
        }
    }
}
