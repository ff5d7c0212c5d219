import ArgumentParser
import Foundation
import HoldModel
import Logging
import Output
import Reconciliation
import Reporting
import Telemetry
import Worker

/// The command `worker`: runs the program as a service.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Run check, purge and rebuild on a schedule, and show and start runs over HTTP.",
        discussion: """
            Each job does what the command of its name does (purge --stale, rebuild --holds rebuild), one at a time; \
            purge and rebuild only look unless --execute is given. Settings come from options, else the environment, \
            else the file, else the default. SIGTERM ends the run under way at its next whole step.
            """)

    @OptionGroup var servers: ServerOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var traffic: TrafficOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var journals: JournalOptions
    @OptionGroup var execute: ExecuteOption
    @OptionGroup var options: WorkerOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        guard traffic.traffic == .live else {
            throw ValidationError("a worker runs while the platform sells: --traffic stopped is for rebuild")
        }
    }

    func run() async throws {
        try ShardOptions.expectNone(for: "worker")
        let configuration = try options.configuration(
            servers: servers, policy: policy, executes: execute.execute, .current)
        if let warning = configuration.warning {
            ProgramLog.tell(.warning, "others may get at the settings", ["warning": .string(warning)], warning)
        }
        // Settings that a worker would refuse fail here as well.
        let settings = try WorkerService.Settings(
            configuration, timeLimit: traffic.timeLimit.map { .seconds($0) },
            leaseLife: .seconds(servers.leaseSeconds))
        let executes = try execute.isGiven(configuration.environment)
        let orders = try orders(configuration.environment, executes: executes)
        let addresses = try servers.addresses(configuration.environment)
        if options.showConfig {
            let status = printResult(try WorkerConfigSheet(configuration, self).printed)
            if status != [] { throw ExitCode(status.rawValue) }
            return
        }
        let events = EventChannel(configuration.environment)
        let maintenanceLog = try options.maintenanceLog.map {
            try MaintenanceLog(path: $0, options: addresses.recorded)
        }
        let probe = ServerProbe(addresses)
        let worker = WorkerService(
            settings, logger: ProgramLog.logger, scope: { run in await TraceContext.withNext { await run() } },
            work: { job, stop in
                var order = orders(job)
                order.settings.stop = stop
                let report = await order.report(on: addresses) { _ in }
                events?.record(report)
                guard let logged = maintenanceLog?.append(report), logged.exitStatus != report.exitStatus else {
                    return report
                }
                return logged.with(
                    exitStatus: logged.exitStatus, failure: "the maintenance log could not be written, see the log")
            },
            ask: { await probe.ask() })
        do {
            let serve = { @Sendable () async throws in
                try await worker.run {
                    ProgramLog.tell(.notice, "listening", ["address": .string("\($0)")], "listening on \($0)")
                    settings.tellSchedule(executes: executes)
                }
            }
            try await withEndOfPatience(WorkerService.patience + .seconds(2)) {
                if let events { try await events.deliver(during: serve) } else { try await serve() }
            }
        } catch {
            printError(told(error))
            throw ExitCode(ExitStatus.failed.rawValue)
        }
    }

    /// Returns the order for each job, the same as that of the command with its name.
    private func orders(
        _ environment: Environment, executes: Bool
    ) throws -> @Sendable (Job) -> RunOrder {
        let queue = try policy.queue(environment)
        let policy = try policy.policy(.rebuild, environment)
        let maxFindings = options.maxFindings
        let place = try journals.place(manyRuns: true)
        var check = RunOrder.check(policy, deep: false, traffic: traffic)
        var purge = RunOrder.purge(policy, .purgeStale, executes: executes, force: traffic.force)
        var rebuild = RunOrder.rebuild(policy, executes: executes, traffic: traffic)
        func finished(_ order: RunOrder) -> RunOrder {
            var order = order
            order.settings.maxFindings = maxFindings
            limits.apply(to: &order.settings)
            order.journal = place
            order.settings.finalizationQueue = queue
            return order
        }
        (check, purge, rebuild) = (finished(check), finished(purge), finished(rebuild))
        return { [check, purge, rebuild] job in
            switch job {
            case .check: check
            case .purge: purge
            case .rebuild: rebuild
            }
        }
    }
}
