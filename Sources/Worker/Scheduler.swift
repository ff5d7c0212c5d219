import Logging
import Synchronization

/// Acts on the schedule: waits, orders the run that is due, and tells the schedule how it ended.
final class Scheduler: Sendable {
    private let desk: RunDesk
    private let logger: Logger
    private let state: Mutex<Schedule>

    init(_ schedule: Schedule, desk: RunDesk, logger: Logger) {
        self.desk = desk
        self.logger = logger
        state = Mutex(schedule)
    }

    /// A copy of the schedule.
    var schedule: Schedule {
        state.withLock { $0 }
    }

    /// Orders the runs that are due, until the task is cancelled or the desk accepts no more.
    func keepToSchedule() async {
        while !Task.isCancelled, !desk.book.isStopping {
            switch schedule.decision(at: .now) {
            case .run(let job): await run(job)
            case .wait(let due): await sleep(until: due)
            case .never: await sleep(until: .now + .seconds(86_400))
            }
        }
    }

    private func run(_ job: Job) async {
        switch desk.order(job, from: .schedule) {
        case .stopping: return
        // A run from another origin is under way. This job is still due when that has ended.
        case .busy(let other): _ = await desk.end(of: other)
        case .accepted(let id):
            guard let run = await desk.end(of: id) else { return }
            var random = SystemRandomNumberGenerator()
            let entry = state.withLock { schedule in
                schedule.ended(job, run.ending, at: .now, using: &random)
                return schedule.entries[job]
            }
            guard let entry, let reason = entry.reason else { return }
            logger.notice(
                "job is put off",
                metadata: [
                    "job": "\(job.rawValue)", "failures": "\(entry.failures)", "reason": "\(reason)",
                    "seconds": "\((entry.due - .now) / .seconds(1))",
                ])
        }
    }

    /// Waits until a time, or until a stop, which is no error.
    private func sleep(until due: Schedule.Instant) async {
        do { try await Task.sleep(until: due) } catch { return }
    }
}
