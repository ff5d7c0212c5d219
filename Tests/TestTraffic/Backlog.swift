import Synchronization

/// What waits for a finalizer that is away for longer than any hold lives.
///
/// It comes back once a rebuild has begun and ended after the last hash of what waits was dropped: before that, no
/// reconciler could have kept the hash for it.
package final class Backlog: Sendable {
    /// Seconds that a hold of flow A lives, and that any hash is kept after its claim.
    package let life = 2

    private let lastRebuild = Mutex<ContinuousClock.Instant?>(nil)
    private let comings = Atomic(0)

    package init() {}

    /// Tells that a rebuild has ended, and when it had begun.
    package func note(rebuildBegunAt begin: ContinuousClock.Instant) {
        lastRebuild.withLock { $0 = max($0 ?? begin, begin) }
    }

    /// How often the finalizer has come back.
    package var returns: Int {
        comings.load(ordering: .acquiring)
    }

    func noteReturn() {
        comings.add(1, ordering: .acquiringAndReleasing)
    }

    /// Whether a rebuild that has ended began after all hashes were dropped that were there at `instant`.
    func isRebuilt(after instant: ContinuousClock.Instant) -> Bool {
        // A second more, since Redis counts their lives in whole ones.
        lastRebuild.withLock { $0.map { $0 > instant + .seconds(life + 1) } ?? false }
    }
}
