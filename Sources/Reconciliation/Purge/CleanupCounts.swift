/// The numbers of index members by what became of them in a purge, named as in the platform's own event
/// `HoldCleanupRun`.
package struct CleanupCounts: Sendable, Equatable {
    /// Members that were due: their hold is not active, or its time is over.
    package var total = 0
    /// Expired holds that were released.
    package var released = 0
    /// Members that were removed without a release.
    package var skipped = 0
    /// Members that changed meanwhile, whose seats are unclear, or that an error has left unknown.
    package var errors = 0

    func adding(_ other: CleanupCounts) -> CleanupCounts {
        var sum = self
        sum.total += other.total
        sum.released += other.released
        sum.skipped += other.skipped
        sum.errors += other.errors
        return sum
    }
}
