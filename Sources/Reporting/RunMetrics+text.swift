import HoldModel
package import Output
import Reconciliation

extension RunMetrics {
    /// Returns the document that a Prometheus server reads.
    package func text(_ facts: WorkerFacts) -> Printed {
        var metrics = MetricsText()
        addRuns(to: &metrics)
        addLastPass(to: &metrics)
        add(facts, to: &metrics)
        return metrics.printed
    }

    private func addRuns(to metrics: inout MetricsText) {
        let byName = jobs.sorted { $0.key < $1.key }
        metrics.add(
            "hold_reconciler_runs_total", .counter, "Runs that ended, by job and by what they came to.",
            byName.flatMap { name, job in
                RunResult.allCases.map { ([("job", name), ("result", $0.rawValue)], Double(job.results[$0] ?? 0)) }
            })
        metrics.add(
            "hold_reconciler_run_duration_seconds", "How long runs took, by job.",
            byName.map { ([("job", $0.key)], $0.value.durations) })
        metrics.add(
            "hold_reconciler_last_run_timestamp_seconds", .gauge, "When the last run ended; 0 before the first.",
            byName.map { ([("job", $0.key)], $0.value.lastRun.seconds) })
        metrics.add(
            "hold_reconciler_last_clean_pass_timestamp_seconds", .gauge,
            "When the last whole pass over all events that found nothing ended, by job; 0 before the first.",
            passes.map { ([("job", $0.name)], $0.job.lastCleanPass.seconds) })
        metrics.add(
            "hold_reconciler_findings_total", .counter, "Findings of all runs, by what became of them.",
            FindingOutcome.allCases.map { ([("outcome", $0.rawValue)], Double(byOutcome[$0] ?? 0)) })
        metrics.add(
            "hold_reconciler_events_total", .counter, "Events looked at by all runs, by what became of them.",
            lastPass.eventsByOutcome.keys.sorted().map { ([("outcome", $0)], Double(events[$0] ?? 0)) })
        metrics.add(
            "hold_reconciler_script_duration_seconds",
            "Time that Redis spent in the scripts that apply repairs, as it measured it itself.",
            [([], scriptTimes)])
    }

    private func addLastPass(to metrics: inout MetricsText) {
        let scanned = lastPass.scanned
        metrics.add(
            "hold_reconciler_drift_seats", .gauge,
            "Seats that a job's last whole pass found wrong, by cause, repaired or not.",
            drift { $0.seats })
        metrics.add(
            "hold_reconciler_drift_findings", .gauge,
            "Differences that a job's last whole pass found, by cause, repaired or not.",
            drift { Int64($0.count) })
        metrics.add(
            "hold_reconciler_drift_left", .gauge, "Findings of a job's last whole pass that were not repaired.",
            passes.map { ([("job", $0.name)], Double($0.job.lastPass.driftLeft)) })
        metrics.add(
            "hold_reconciler_noted", .gauge,
            "What the last whole pass noted for people, by cause; there is nothing in Redis to repair.",
            Cause.allCases.map { ([("cause", $0.rawValue)], Double(lastPass.noted(of: $0))) })
        metrics.add(
            "hold_reconciler_oversold_seats", .gauge,
            "Seats promised beyond what there is, as the last whole pass saw it: people must act.",
            Double(lastPass.oversoldSeats))
        metrics.add(
            "hold_reconciler_holds", .gauge, "Hold hashes that the last whole pass saw, by status.",
            HoldStatus.allCases.map { ([("status", $0.rawValue)], Double(scanned.byStatus[$0] ?? 0)) })
        metrics.add(
            "hold_reconciler_index_members", .gauge, "Members of the expiration index in the last whole pass.",
            Double(scanned.indexMembers))
        metrics.add(
            "hold_reconciler_scanned", .gauge, "What the last whole pass looked at.",
            [
                ([("kind", "events")], Double(scanned.events)),
                ([("kind", "categories")], Double(scanned.categories)),
                ([("kind", "orders")], Double(scanned.orders)),
                ([("kind", "holds")], Double(scanned.holds)),
            ])
    }

    /// - Parameter number: the number that is reported of a cause.
    private func drift(_ number: (RunTally.CauseTotal) -> Int64) -> [(labels: [(String, String)], value: Double)] {
        passes.flatMap { name, job in
            Cause.allCases.map { cause in
                ([("job", name), ("cause", cause.rawValue)], Double(job.lastPass.driftByCause[cause].map(number) ?? 0))
            }
        }
    }

    private func add(_ facts: WorkerFacts, to metrics: inout MetricsText) {
        metrics.add("hold_reconciler_build_info", .gauge, "1, with the version.", [([("version", facts.version)], 1)])
        metrics.add(
            "hold_reconciler_ready", .gauge, "Whether both servers answered and the schema fitted when last asked.",
            facts.isReady ? 1 : 0)
        metrics.add(
            "hold_reconciler_running", .gauge, "Whether a run is under way.", facts.isRunning ? 1 : 0)
        metrics.add(
            "hold_reconciler_lease", .gauge, "Who held the right to write when Redis was last asked.",
            WorkerFacts.LeaseState.allCases.map { ([("state", $0.rawValue)], facts.lease == $0 ? 1 : 0) })
        metrics.add(
            "hold_reconciler_schedule_interval_seconds", .gauge, "How often a job runs; 0 where it is not scheduled.",
            facts.schedules.map { ([("job", $0.job)], $0.interval) })
        metrics.add(
            "hold_reconciler_schedule_failures", .gauge, "Failures of a scheduled job since its last success.",
            facts.schedules.map { ([("job", $0.job)], Double($0.failures)) })
        metrics.add(
            "hold_reconciler_schedule_missed_total", .counter, "Scheduled runs that were not made up for.",
            facts.schedules.map { ([("job", $0.job)], Double($0.missed)) })
        metrics.add(
            "process_resident_memory_bytes", .gauge, "Resident memory.", Double(facts.residentBytes))
        metrics.add("process_open_fds", .gauge, "Open file descriptors.", Double(facts.openDescriptors))
        metrics.add("process_start_time_seconds", .gauge, "When the process started.", facts.startedAt)
    }
}

extension Timestamp {
    fileprivate var seconds: Double {
        Double(milliseconds) / 1000
    }
}
