/// The state of a worker, apart from its runs, at the moment it is asked.
package struct WorkerFacts: Sendable {
    package enum LeaseState: String, Sendable, CaseIterable {
        case own
        case other
        case free
        /// Redis has not been asked, did not answer, or does not let this user ask.
        case unknown
    }

    package struct Schedule: Sendable {
        package let job: String
        /// The interval in seconds; zero where the job is not scheduled.
        package let interval: Double
        /// How many runs have failed since the last that did not.
        package let failures: Int
        package let missed: Int

        package init(job: String, interval: Double, failures: Int, missed: Int) {
            self.job = job
            self.interval = interval
            self.failures = failures
            self.missed = missed
        }
    }

    package var version: String
    /// Whether both servers answered when they were last asked.
    package var isReady: Bool
    package var lease: LeaseState
    package var schedules: [Schedule]
    package var isRunning: Bool
    package var residentBytes: Int64
    package var openDescriptors: Int
    /// When the worker started, in seconds since 1970.
    package var startedAt: Double

    package init(
        version: String, isReady: Bool, lease: LeaseState, schedules: [Schedule], isRunning: Bool,
        residentBytes: Int64, openDescriptors: Int, startedAt: Double
    ) {
        self.version = version
        self.isReady = isReady
        self.lease = lease
        self.schedules = schedules
        self.isRunning = isRunning
        self.residentBytes = residentBytes
        self.openDescriptors = openDescriptors
        self.startedAt = startedAt
    }
}
