import ChangeFiles
import HoldModel
import Output
import Reconciliation
import RedisStore
import Reporting

/// The order for one run, and the only way from an order to its report: a command gives one order, the worker many.
struct RunOrder: Sendable {
    enum Work: String, Sendable {
        case reconcile = "rebuild"
        case purgeStale = "purge --stale"
        case purgeAll = "purge --all"
    }

    /// The command's name, for the report.
    var command: String
    let work: Work
    let executes: Bool
    var settings: RunSettings
    /// The plan that the run makes or applies.
    var planFile: PlanFile?
    /// Where its changes are kept; `nil` where they are not.
    var journal: JournalWriter.Place?

    /// Connects, works and closes. So a server that was lost and has come back is no problem for the next run.
    ///
    /// - Parameter notice: called at once with each warning about commands that Redis refuses. The report has them too.
    /// - Returns: the report; errors of the run are in it.
    func report(
        on addresses: ServerAddresses, notice: (String) -> Void = { _ in }, progress: @escaping ProgressSink
    ) async -> RunReport {
        let startedAt = currentTime()
        var tally = RunTally(maxFindings: settings.maxFindings)
        var status = ExitStatus()
        var failure: String?
        var scriptTimes = ScriptTimes()
        var lacks: [String] = []
        var journal: String?
        do {
            try await Servers.with(
                addresses, executes: executes, shard: settings.shard, scriptBudget: settings.scriptBudget,
                journal: self.journal.map { place in
                    { JournalWriter(at: place, try await origin($0, $1, keyPrefix: Array(addresses.keyPrefix.utf8))) }
                }
            ) { servers in
                lacks = servers.lacks
                for lack in lacks { notice(lack) }
                defer {
                    scriptTimes = servers.repairs?.scriptTimes ?? ScriptTimes()
                    journal = servers.repairs?.journal?.path
                }
                tally = try await perform(on: servers, progress)
            }
            status = ExitStatus(tally)
        } catch let run as InterruptedRun {
            tally = run.tally
            status = ExitStatus(run.cause).union(ExitStatus(tally))
            failure = told(run.cause)
        } catch {
            // The run may have been complete, and only its lease could not be given back.
            status = ExitStatus(error).union(ExitStatus(tally))
            failure = told(error)
        }
        tally.warnings = lacks + tally.warnings
        tally.journal = journal
        return RunReport(
            command: command, startedAt: startedAt, finishedAt: currentTime(), executed: executes,
            shard: settings.shard, tally: tally, exitStatus: status, error: failure, scriptTimes: scriptTimes,
            scope: scope)
    }

    private func perform(on servers: Servers, _ progress: @escaping ProgressSink) async throws -> RunTally {
        let watch = try await ServerWatch(servers.watched, settings: settings, progress: progress)
        return try await withPlan(on: servers) { course in
            var settings = settings
            settings.course = course
            if case .journal(_, _, _, isPart: true) = planFile { settings.undoesTheRest = false }
            let purge = IndexPurge(
                servers.source, servers.store, repairs: servers.repairs, watch: watch, settings: settings,
                progress: progress)
            switch work {
            case .reconcile:
                return try await Reconciler(
                    servers.source, servers.store, repairs: servers.repairs, watch: watch, settings: settings,
                    progress: progress
                ).run()
            case .purgeStale: return try await purge.stale()
            case .purgeAll: return try await purge.all()
            }
        }
    }

    private var scope: RunScope {
        var scope = RunScope(settings, purgesAll: work == .purgeAll)
        scope.file = planFile?.path
        // Such an undo also takes back what belongs to no event.
        if case .journal(_, _, _, isPart: false) = planFile { scope.events = [] }
        switch journal {
        case .folder(let path, _): scope.journal = path
        case .file(let path): scope.journal = executes ? nil : path
        case nil: break
        }
        return scope
    }
}

extension RunOrder {
    static func check(_ policy: Policy, deep: Bool, traffic: TrafficOptions, events: [EventID]? = nil) -> RunOrder {
        var settings = RunSettings(policy: policy, traffic: traffic.traffic, events: events, deep: deep)
        traffic.apply(to: &settings)
        return RunOrder(command: "check", work: .reconcile, executes: false, settings: settings)
    }

    static func rebuild(
        _ policy: Policy, executes: Bool, traffic: TrafficOptions, events: [EventID]? = nil
    ) -> RunOrder {
        var settings = RunSettings(policy: policy, traffic: traffic.traffic, events: events, deep: true)
        traffic.apply(to: &settings)
        settings.isRehearsal = !executes
        return RunOrder(command: "rebuild", work: .reconcile, executes: executes, settings: settings)
    }

    static func purge(_ policy: Policy, _ work: Work, executes: Bool, force: Bool = false) -> RunOrder {
        var settings = RunSettings(policy: policy, traffic: .live, deep: false)
        settings.force = force
        return RunOrder(command: "purge", work: work, executes: executes, settings: settings)
    }
}
