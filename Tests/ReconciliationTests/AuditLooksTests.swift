import HoldModel
import Testing

@testable import Reconciliation

/// What the audit tells of differences that it sees several times.
@Suite struct AuditLooksTests {
    private struct Difference: AuditSuspicion {
        let place: Int
        let seats: Int64

        var event: EventID { EventID("event-\(place)") }
        var finding: Finding { Finding(.sqlSoldDiffers, event: event, seats: seats, outcome: .noted) }

        func isSame(as earlier: Difference) -> Bool { seats == earlier.seats }
    }

    /// - Parameter looks: what each look shows, by place; nothing behind the last.
    private func tally(_ looks: [[Int: Int64]], _ traffic: RunSettings.Traffic = .live) async throws -> RunTally {
        var settings = RunSettings(policy: Policy(), traffic: traffic, deep: false)
        settings.releaseAfter = .zero
        var tally = RunTally(maxFindings: 100)
        func differences(_ look: [Int: Int64]) -> [Difference] {
            look.sorted { $0.key < $1.key }.map { Difference(place: $0.key, seats: $0.value) }
        }
        var suspicions = differences(looks[0])
        var later = looks.dropFirst()
        try await AuditLooks(settings: settings).settle(&suspicions, &tally) { open in
            let shown = later.popFirst() ?? [:]
            return differences(shown.filter { place, _ in open.contains { $0.place == place } })
        }
        #expect(suspicions.isEmpty && later.isEmpty)
        return tally
    }

    @Test("What two looks show is told, and what the second does not show is not")
    func tellsWhatStays() async throws {
        let tally = try await tally([[1: 3, 2: 5], [2: 5]])
        #expect(tally.findings.map(\.seats) == [5])
        #expect(tally.byOutcome == [.noted: 1])
    }

    @Test("What changes is looked at again, until two looks in a row show the same")
    func looksAgain() async throws {
        let tally = try await tally([[1: 3, 2: 5], [1: 4, 2: 5], [1: 6], [1: 6]])
        #expect(tally.findings.map(\.seats) == [5, 6])
        #expect(try await self.tally([[1: 3], [1: 4], [:]]).findings.isEmpty)
    }

    @Test("What changes with every look is deferred")
    func defersWhatMoves() async throws {
        let tally = try await tally([[1: 3], [1: 4], [1: 5], [1: 6]])
        #expect(tally.findings.map(\.cause) == [.unsettled])
        #expect(tally.byOutcome == [.deferred: 1])
    }

    @Test("With traffic stopped the second look is the last")
    func tellsAtOnceWhereNothingMoves() async throws {
        #expect(try await tally([[1: 3], [1: 2]], .stopped).findings.map(\.seats) == [2])
    }

    @Test("A look that is cut off leaves a partial run")
    func endsInTime() async throws {
        let settings = RunSettings(policy: Policy(), traffic: .live, deep: false)
        settings.stop.stop(because: "a signal")
        var tally = RunTally(maxFindings: 100)
        var suspicions = [Difference(place: 1, seats: 3)]
        try await AuditLooks(settings: settings).settle(&suspicions, &tally) { $0 }
        #expect(tally.findings.isEmpty && tally.stoppedBecause == "a signal")
    }
}
