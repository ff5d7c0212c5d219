import HoldModel

/// What one look of the audit has shown of one thing.
protocol AuditSuspicion: Sendable {
    associatedtype Place: Hashable, Sendable

    /// What it is about.
    var place: Place { get }
    var event: EventID { get }
    /// How people are told.
    var finding: Finding { get }

    /// Whether an earlier look has shown the same difference.
    func isSame(as earlier: Self) -> Bool
}

/// Looks again at what the audit suspects. A difference is told once two looks in a row, some time apart, have shown the same one.
///
/// One look is not enough: SQL and Redis are not read at one instant, and a platform may write the rows of one sale in several
/// transactions.
struct AuditLooks: Sendable {
    /// Suspicions that are kept at the most; memory is bounded by them.
    static let most = 10_000
    /// Looks in all.
    private static let looks = 4

    let settings: RunSettings

    /// - Parameters:
    ///   - suspicions: of the first look; each place once. None are left.
    ///   - again: looks again; gives those that still differ, in any way.
    func settle<Suspicion: AuditSuspicion>(
        _ suspicions: inout [Suspicion], _ tally: inout RunTally,
        again: ([Suspicion]) async throws -> [Suspicion]
    ) async throws {
        var open = suspicions
        suspicions = []
        for look in 2...Self.looks where !open.isEmpty {
            if settings.traffic == .live { try await settings.stop.sleep(until: .now + settings.releaseAfter) }
            if let cause = settings.stop.cause {
                tally.stoppedBecause = tally.stoppedBecause ?? cause
                return
            }
            let shown = try await again(open)
            let earlier = Dictionary(open.map { ($0.place, $0) }) { first, _ in first }
            open = []
            for suspicion in shown {
                guard let before = earlier[suspicion.place] else { continue }
                // With traffic stopped nothing changes between two looks.
                if suspicion.isSame(as: before) || settings.traffic == .stopped {
                    tally.record(suspicion.finding)
                } else if look < Self.looks {
                    open.append(suspicion)
                } else {
                    tally.record(
                        Finding(
                            deferring: suspicion.event,
                            because: "what the audit compares has changed with each of \(Self.looks) looks"))
                }
            }
        }
    }
}
