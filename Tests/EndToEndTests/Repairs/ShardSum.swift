import TestPlatform

/// What the reports of several shards come to, and what one report says: equal where the work was split without rest and
/// without overlap.
struct ShardSum: Equatable {
    private var numbers: [String: Int] = [:]
    private var findings: [String] = []

    /// - Parameter omitted: a count that depends on what others had written when a shard looked.
    init(_ documents: [Document], but omitted: String? = nil) {
        for document in documents {
            let scanned = document.scanned
            let totals = document.totals
            var counts = [
                "events": scanned.events, "categories": scanned.categories, "orders": scanned.orders,
                "holds": scanned.holds, "indexMembers": scanned.indexMembers, "oversoldSeats": totals.oversoldSeats,
                "unchanged": totals.unchanged, "differing": totals.differing, "applied": totals.applied,
                "moved": totals.moved, "deferred": totals.deferred, "refused": totals.refused,
                "unknown": totals.unknown, "verified": totals.verified,
            ]
            for (cause, total) in totals.byCause {
                counts["\(cause), count"] = total.count
                counts["\(cause), seats"] = total.seats
            }
            numbers.merge(counts, uniquingKeysWith: +)
            findings += document.findings.map {
                "\($0.cause) \($0.event ?? "-") \($0.category ?? "-") \($0.hold ?? "-") \($0.seats) \($0.outcome)"
            }
        }
        if let omitted { numbers[omitted] = nil }
        findings.sort()
    }
}
