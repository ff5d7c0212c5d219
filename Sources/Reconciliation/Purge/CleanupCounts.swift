/// What a purge did, in the words of the platform's own event `HoldCleanupRun`: index members by what became of them.
package struct CleanupCounts: Sendable, Equatable {
    /// Members that were due: their hold is not active, or its time is over.
    package var total = 0
    /// Expired holds that were released.
    package var released = 0
    /// Members that were removed without a release.
    package var skipped = 0
    /// Members that moved, whose seats are unclear, or of which an error tells no more.
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
