import Foundation
import HoldModel
import Testing

@testable import PostgresSource
@testable import Reconciliation
@testable import Reporting

/// Swift Testing has a type of this name as well.
typealias ExitStatus = Reporting.ExitStatus

/// A run that met everything that a report can show.
enum SampleReport {
    static let event = EventID("event-1")

    static func tally(maxFindings: Int = 100) -> RunTally {
        var tally = RunTally(maxFindings: maxFindings)
        tally.scanned = RunTally.Scanned(events: 5, categories: 12, orders: 7, holds: 30, indexMembers: 29, carts: 4)
        tally.route = RunRoute(
            RunSettings(policy: Policy(), traffic: .live, deep: true), hasIndex: true, mayWrite: true)
        tally.unchanged = 1
        tally.applied = 2
        tally.moved = 3
        tally.deferred = 4
        tally.refused = 5
        tally.verified = 2
        for finding in findings { tally.record(finding) }
        tally.record(SnapshotClock(time: Timestamp(milliseconds: 1_700_000_002_000), lsn: "0/2000"))
        tally.record(SnapshotClock(time: Timestamp(milliseconds: 1_700_000_001_000), lsn: "0/1000"))
        return tally
    }

    static let findings = [
        Finding(
            .ttlRace, event: event, category: CategoryID("cat"), seats: 3,
            before: .inventory(
                InventoryFields(
                    total: Array("10".utf8), sold: Array("x".utf8), pending: nil, available: Array("-1".utf8),
                    version: Array("7".utf8))),
            after: .counts(Counts(total: 10, sold: 2, pending: 1, available: 7), version: 8), outcome: .applied),
        Finding(
            .ttlRace, event: event, category: CategoryID("other"), seats: 2, before: .absent,
            after: .counts(Counts(total: 1, sold: 0, pending: 0, available: 1), version: nil), outcome: .found),
        Finding(
            .expiredHold, event: event, hold: HoldToken("token"), seats: 4,
            before: .hash("held", 1000), after: .hash("expired", nil), outcome: .applied),
        Finding(
            .orphanMember, event: nil, hold: HoldToken([0x74, 0xFF]), before: .score(Array("1000.5".utf8)),
            after: .absent, outcome: .moved),
        Finding(
            .oversold, event: event, category: CategoryID("cat"), seats: 6, before: .otherType,
            after: .text("people must act"), detail: "a detail", outcome: .noted),
    ]

    static func report(
        _ tally: RunTally = tally(), command: String = "rebuild", executed: Bool = true, exitStatus: ExitStatus? = nil,
        error: String? = nil
    ) -> RunReport {
        RunReport(
            command: command, startedAt: Timestamp(milliseconds: 1_700_000_000_000),
            finishedAt: Timestamp(milliseconds: 1_700_000_003_500), executed: executed, tally: tally,
            exitStatus: exitStatus ?? ExitStatus(tally), error: error)
    }
}

extension FindingState {
    static func hash(_ status: String, _ expiresAtEpoch: Int64?) -> FindingState {
        .hold(status: status, expiresAtEpoch: expiresAtEpoch)
    }
}

/// JSON text as Foundation reads it.
func object(_ json: String) throws -> NSDictionary {
    try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? NSDictionary)
}
