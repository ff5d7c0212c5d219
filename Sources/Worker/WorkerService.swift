package import Logging
import Reporting
import ServiceLifecycle
import UnixSignals

/// The whole worker: the schedule, the desk that runs what is due or ordered, and the HTTP port.
package struct WorkerService: Sendable {
    package struct Settings: Sendable {
        package var intervals: [Job: Duration]
        package var listen: ListenAddress
        /// Names by which clients may call it, besides the address at which it listens.
        package var allowedHosts: [String]
        package var token: BearerToken?
        /// The job that a call of the Functions host runs; `nil` without such a host.
        package var functionJob: Job?
        /// How long each run may take; `nil` for as long as it needs.
        package var timeLimit: Duration?
        /// How long a lease outlives a run that was killed.
        package var leaseLife: Duration
        package var identity: WorkerIdentity

        package init(
            intervals: [Job: Duration], listen: ListenAddress, allowedHosts: [String], token: BearerToken?,
            functionJob: Job?,
            timeLimit: Duration?, leaseLife: Duration, identity: WorkerIdentity
        ) {
            self.intervals = intervals
            self.listen = listen
            self.allowedHosts = allowedHosts
            self.token = token
            self.functionJob = functionJob
            self.timeLimit = timeLimit
            self.leaseLife = leaseLife
            self.identity = identity
        }
    }

    /// How long a stop waits for the run under way to reach its next whole step, before it breaks it off. Kubernetes
    /// kills after 30 seconds.
    package static let patience = Duration.seconds(20)

    private let settings: Settings
    private let logger: Logger
    private let scope: RunDesk.Scope
    private let work: RunDesk.Work
    private let ask: Readiness.Ask

    /// - Parameters:
    ///   - scope: wraps each run; see ``RunDesk/Scope``.
    ///   - work: runs a job and returns its report.
    ///   - ask: asks the servers whether a run could work.
    package init(
        _ settings: Settings, logger: Logger, scope: @escaping RunDesk.Scope, work: @escaping RunDesk.Work,
        ask: @escaping Readiness.Ask
    ) {
        self.settings = settings
        self.logger = logger
        self.scope = scope
        self.work = work
        self.ask = ask
    }

    /// Works until SIGTERM or SIGINT.
    ///
    /// - Parameter hasBound: called with the address once the worker listens.
    /// - Throws: an error where the port cannot be opened.
    package func run(hasBound: @escaping @Sendable (ListenAddress) -> Void) async throws {
        var random = SystemRandomNumberGenerator()
        let desk = RunDesk(timeLimit: settings.timeLimit, logger: logger, scope: scope, work)
        let readiness = Readiness(ask)
        let scheduler = Scheduler(
            Schedule(every: settings.intervals, leaseLife: settings.leaseLife, now: .now, using: &random), desk: desk,
            logger: logger)
        let http = HTTPService(
            endpoints: Endpoints(
                desk: desk, readiness: readiness, scheduler: scheduler, token: settings.token,
                functionJob: settings.functionJob,
                hosts: AllowedHosts(settings.listen, others: settings.allowedHosts), facts: settings.identity),
            address: settings.listen, logger: logger, hasBound: hasBound)
        // They stop from the last to the first, so the run ends before the port closes, which shows it until then.
        var configuration = ServiceGroupConfiguration(
            services: [http, readiness, RunService(desk: desk, scheduler: scheduler)],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(logger))
        configuration.maximumGracefulShutdownDuration = Self.patience
        try await ServiceGroup(configuration: configuration).run()
    }

    /// Returns a logger that drops the group's routine messages about its services.
    private func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .error)
        return logger
    }
}
