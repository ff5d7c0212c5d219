import HoldModel
import Output
import Testing

@testable import Reconciliation
@testable import RedisStore
@testable import Reporting

@Suite struct RunMetricsTests {
    private let facts = WorkerFacts(
        version: "1.2\"3\\4\n5", isReady: true, lease: .other,
        schedules: [WorkerFacts.Schedule(job: "check", interval: 300, failures: 2, missed: 3)], isRunning: true,
        residentBytes: 12_345_678, openDescriptors: 17, startedAt: 1_700_000_000.5)

    private func text(after reports: [RunReport]) -> [String] {
        var metrics = RunMetrics(commands: ["check", "purge", "rebuild"])
        for report in reports { metrics.record(report) }
        return metrics.text(facts).text.split(separator: "\n").map(String.init)
    }

    private func report(
        _ command: String, _ tally: RunTally, _ status: ExitStatus? = nil, scripts: [Duration] = []
    ) -> RunReport {
        var times = ScriptTimes()
        for time in scripts { times.record(time) }
        return RunReport(
            command: command, startedAt: Timestamp(milliseconds: 1_700_000_000_000),
            finishedAt: Timestamp(milliseconds: 1_700_000_003_500), executed: true, tally: tally,
            exitStatus: status ?? ExitStatus(tally), scriptTimes: times)
    }

    private var cleanTally: RunTally {
        var tally = RunTally(maxFindings: 0)
        tally.scanned.categories = 1
        tally.scanned.events = 1
        return tally
    }

    @Test func aLabelIsEscaped() {
        #expect(text(after: []).contains(#"hold_reconciler_build_info{version="1.2\"3\\4\n5"} 1"#))
    }

    @Test func everyLineHasItsHelpAndTypeOnce() {
        let lines = text(after: [])
        let helped = lines.filter { $0.hasPrefix("# HELP ") }.map { $0.split(separator: " ")[2] }
        let typed = lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
        #expect(helped == typed)
        #expect(Set(helped).count == helped.count)
        for line in lines where !line.hasPrefix("#") {
            #expect(helped.contains { line.hasPrefix($0) }, "\(line)")
        }
    }

    @Test func aRunCountsByItsResultAndSetsWhatItSaw() {
        let lines = text(after: [
            report("rebuild", SampleReport.tally(), scripts: [.microseconds(100), .milliseconds(3)])
        ])
        for line in [
            #"hold_reconciler_runs_total{job="rebuild",result="deferred"} 1"#,
            #"hold_reconciler_run_duration_seconds_bucket{job="rebuild",le="2.5"} 0"#,
            #"hold_reconciler_run_duration_seconds_bucket{job="rebuild",le="5"} 1"#,
            #"hold_reconciler_run_duration_seconds_sum{job="rebuild"} 3.5"#,
            #"hold_reconciler_last_run_timestamp_seconds{job="rebuild"} 1700000003.5"#,
            #"hold_reconciler_drift_seats{job="rebuild",cause="ttl-race"} 5"#,
            #"hold_reconciler_drift_seats{job="rebuild",cause="oversold"} 0"#,
            #"hold_reconciler_drift_findings{job="rebuild",cause="ttl-race"} 2"#,
            #"hold_reconciler_noted{cause="oversold"} 1"#,
            "hold_reconciler_oversold_seats 6", #"hold_reconciler_drift_left{job="rebuild"} 1"#,
            #"hold_reconciler_findings_total{outcome="applied"} 2"#,
            #"hold_reconciler_events_total{outcome="moved"} 3"#,
            "hold_reconciler_index_members 29", #"hold_reconciler_scanned{kind="holds"} 30"#,
            #"hold_reconciler_script_duration_seconds_bucket{le="0.0001"} 1"#,
            #"hold_reconciler_script_duration_seconds_bucket{le="0.004"} 2"#,
            "hold_reconciler_script_duration_seconds_count 2",
            #"hold_reconciler_lease{state="other"} 1"#, #"hold_reconciler_lease{state="own"} 0"#,
            #"hold_reconciler_schedule_failures{job="check"} 2"#,
            #"hold_reconciler_schedule_missed_total{job="check"} 3"#, "process_resident_memory_bytes 12345678",
            "process_open_fds 17", "process_start_time_seconds 1700000000.5",
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test func onlyAWholePassThatFoundNothingIsClean() {
        let name = #"hold_reconciler_last_clean_pass_timestamp_seconds{job="check"} "#
        let never = name + "0"
        var drifting = cleanTally
        drifting.record(Finding(.ttlRace, event: EventID("e"), seats: 1))
        var repaired = cleanTally
        repaired.record(Finding(.ttlRace, event: EventID("e"), seats: 1, outcome: .applied))
        for run in [
            report("purge", cleanTally), report("check", RunTally(maxFindings: 0)), report("check", drifting),
            report("rebuild", repaired), report("check", cleanTally, .failed), report("check", cleanTally, .leaseHeld),
            report("check", cleanTally, .stoppedAtLimit),
        ] { #expect(text(after: [run]).contains(never), "\(run.command) \(run.exitStatus)") }
        var noted = cleanTally
        noted.record(Finding(.oversold, event: EventID("e"), seats: 1, outcome: .noted))
        for run in [report("check", cleanTally), report("rebuild", cleanTally), report("check", noted)] {
            #expect(text(after: [run]).contains(name + "1700000003.5"))
        }
    }

    @Test func aRunThatSawLessLeavesWhatTheLastPassSaw() {
        var drifting = cleanTally
        drifting.record(Finding(.ttlRace, event: EventID("e"), seats: 7))
        let lines = text(after: [
            report("check", drifting), report("purge", cleanTally), report("rebuild", cleanTally, .failed),
        ])
        #expect(lines.contains(#"hold_reconciler_drift_seats{job="check",cause="ttl-race"} 7"#))
        #expect(lines.contains(#"hold_reconciler_runs_total{job="rebuild",result="failed"} 1"#))
    }

    @Test func aCheckLeavesWhatOnlyARebuildFinds() {
        var strange = cleanTally
        strange.record(Finding(.orphanInventory, event: nil))
        let found = #"hold_reconciler_drift_findings{job="rebuild",cause="orphan-inventory"} 1"#
        let asCheck = #"hold_reconciler_drift_left{job="check"} "#
        let left = #"hold_reconciler_drift_left{job="rebuild"} 1"#
        let rebuilt = text(after: [report("check", cleanTally), report("rebuild", strange)])
        for line in [found, left, asCheck + "1"] { #expect(rebuilt.contains(line), "\(line)") }
        let checked = text(after: [report("rebuild", strange), report("check", cleanTally)])
        for line in [found, left, asCheck + "0"] { #expect(checked.contains(line), "\(line)") }
        #expect(checked.contains(#"hold_reconciler_last_clean_pass_timestamp_seconds{job="rebuild"} 0"#))
    }

    @Test func theWorstOfAStatusIsItsResult() {
        func result(_ status: ExitStatus) -> RunResult {
            RunResult(report("check", cleanTally, status))
        }
        #expect(result([]) == .clean)
        #expect(result([.drift, .unsettled]) == .deferred)
        #expect(result([.drift, .stoppedAtLimit]) == .stopped)
        #expect(result([.stoppedAtLimit, .failed]) == .failed)
        #expect(result(.nothingToLookAt) == .failed)
        #expect(result([.leaseHeld, .unsettled]) == .busy)
    }
}
