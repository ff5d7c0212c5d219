import Output

/// The JSON document of the schedule: when each job comes next, and why it was put off.
struct ScheduleDocument: Encodable {
    struct Entry: Encodable {
        let intervalSeconds: Double
        let nextInSeconds: Double
        let failures: Int
        /// Why the last run was not done.
        let reason: String?
        let missed: Int
    }

    let jobs: [String: Entry]

    init(_ schedule: Schedule, now: Schedule.Instant = .now) {
        jobs = Dictionary(
            uniqueKeysWithValues: schedule.entries.map { job, entry in
                (
                    job.rawValue,
                    Entry(
                        intervalSeconds: entry.interval / .seconds(1),
                        nextInSeconds: max((entry.due - now) / .seconds(1), 0), failures: entry.failures,
                        reason: entry.reason, missed: entry.missed)
                )
            })
    }

    func json() throws -> Printed {
        try Printed(json: self, isPretty: true, atMost: Printed.longestField)
    }
}
