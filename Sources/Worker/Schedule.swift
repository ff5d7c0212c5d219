/// Decides when each job is due; others do the waiting and running.
///
/// Planned times are a fixed interval apart, however long runs take. A planned time that passes during a run is counted
/// as missed, and not made up for. Each run comes a random time later than planned, so that the workers of many
/// platforms on one server do not come at once.
package struct Schedule: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// How a run ended, as far as the next one depends on it.
    package enum Ending: Sendable, Hashable {
        case done
        /// Another run holds the lease, and may be over soon.
        case busy(String)
        case failed(String)
    }

    package enum Decision: Sendable, Equatable {
        case run(Job)
        case wait(until: Instant)
        /// Nothing is scheduled.
        case never
    }

    /// The plan of one job, and how its last runs ended.
    package struct Entry: Sendable, Equatable {
        package let interval: Duration
        /// The planned time of the next run, without the random delay.
        fileprivate(set) var planned: Instant
        package fileprivate(set) var due: Instant
        /// How many runs have failed since the last one that was done.
        package fileprivate(set) var failures = 0
        /// Why the last run was not done; `nil` where it was.
        package fileprivate(set) var reason: String?
        /// How many planned times have passed without a run.
        package fileprivate(set) var missed = 0
    }

    /// The longest random delay of a run, as a part of its interval.
    package static let jitter = 0.1
    /// The first pause after a failure, or the interval where that is shorter. It doubles up to ``longestPause``, or up
    /// to the interval where that is longer.
    package static let firstPause = Duration.seconds(5)
    package static let longestPause = Duration.seconds(300)

    package private(set) var entries: [Job: Entry]
    /// How soon to come back where another run holds the lease.
    private let retryLease: Duration

    /// - Parameter leaseLife: how long a lease outlives a run that was killed.
    package init(
        every intervals: [Job: Duration], leaseLife: Duration, now: Instant,
        using random: inout some RandomNumberGenerator
    ) {
        retryLease = min(max(leaseLife / 10, .milliseconds(100)), .seconds(5))
        entries = [:]
        for job in Job.allCases {
            guard let interval = intervals[job] else { continue }
            // The first run comes soon: a worker that is restarted more often than its interval must still work.
            entries[job] = Entry(interval: interval, planned: now, due: now + interval.later(using: &random))
        }
    }

    /// Decides what to do now: run the job that has been due for longest, or wait.
    package func decision(at now: Instant) -> Decision {
        // Two that are due at once go by name, so that the order does not depend on chance.
        guard
            let next = entries.min(by: { ($0.value.due, $0.key.rawValue) < ($1.value.due, $1.key.rawValue) })
        else { return .never }
        return next.value.due <= now ? .run(next.key) : .wait(until: next.value.due)
    }

    /// Notes the end of a run, and plans the job's next one.
    package mutating func ended(
        _ job: Job, _ ending: Ending, at now: Instant, using random: inout some RandomNumberGenerator
    ) {
        guard var entry = entries[job] else { return }
        switch ending {
        case .done:
            entry.failures = 0
            entry.reason = nil
            entry.advance(beyond: now)
            entry.due = entry.planned + entry.interval.later(using: &random)
        case .busy(let reason):
            entry.reason = reason
            entry.due = now + min(retryLease, entry.interval) * Double.random(in: 0.5...1, using: &random)
        case .failed(let reason):
            entry.failures += 1
            entry.reason = reason
            entry.due = now + entry.pause * Double.random(in: 0.8...1.2, using: &random)
        }
        entries[job] = entry
    }
}

extension Schedule.Entry {
    /// Moves ``planned`` to the first planned time after `now`.
    fileprivate mutating func advance(beyond now: Schedule.Instant) {
        let passed = max(Int(((now - planned) / interval).rounded(.down)), 0)
        missed += passed
        planned += interval * (passed + 1)
    }

    /// The pause after the failures so far.
    fileprivate var pause: Duration {
        let first = min(Schedule.firstPause, interval)
        return min(first * (1 << min(failures - 1, 20)), max(Schedule.longestPause, interval))
    }
}

extension Duration {
    fileprivate func later(using random: inout some RandomNumberGenerator) -> Duration {
        self * Double.random(in: 0...Schedule.jitter, using: &random)
    }
}
