import Synchronization

/// What waits for a finalizer that is away for longer than any hold lives.
///
/// It comes back once a rebuild has begun and ended after the last hash of what waits was dropped: before that, no
/// reconciler could have kept the hash for it. Events that this rebuild has left for the next one stay in the queue.
package final class Backlog: Sendable {
    /// Seconds that a hold of flow A lives, and that any hash is kept after its claim.
    package let life = 2

    private struct Rebuild {
        let begin: ContinuousClock.Instant
        /// Events that it has deferred.
        let left: Set<String>
    }

    private let lastRebuild = Mutex<Rebuild?>(nil)
    private let comings = Atomic(0)

    package init() {}

    /// Tells that a rebuild has ended, when it had begun, and which events it has deferred.
    package func note(rebuildBegunAt begin: ContinuousClock.Instant, leaving left: Set<String>) {
        lastRebuild.withLock { $0 = Rebuild(begin: begin, left: left) }
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
        lastRebuild.withLock { $0.map { $0.begin > instant + .seconds(life + 1) } ?? false }
    }

    /// Whether the last rebuild has left the event as it was.
    func isLeft(_ event: String) -> Bool {
        lastRebuild.withLock { $0?.left.contains(event) ?? true }
    }
}
