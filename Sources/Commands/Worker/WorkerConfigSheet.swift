import ArgumentParser
import HoldModel
import Output
import Reconciliation
import Telemetry

/// The table of `--show-config`: each setting of the worker, its value, and where that came from.
struct WorkerConfigSheet {
    private let lines: [[String]]

    init(_ configuration: WorkerConfiguration, _ command: WorkerCommand) throws {
        lines =
            configuration.values.map { [$0.setting.name, $0.shown, $0.origin] } + (try Self.tuning(command))
    }

    var printed: Printed {
        let widths = (0..<2).map { column in lines.map { $0[column].count }.max() ?? 0 }
        let rows = lines.map { line in
            let padded = zip(line, widths).map { text, width in
                text + String(repeating: " ", count: max(width - text.count, 0))
            }
            return (padded + [line[2]]).joined(separator: "  ")
        }
        return Page(rows).printed
    }

    /// Returns the settings that only options can set. One that was given and is equal to the default shows as the
    /// default.
    private static func tuning(_ command: WorkerCommand) throws -> [[String]] {
        let (servers, policy, traffic, limits) = (command.servers, command.policy, command.traffic, command.limits)
        let usual = (try ServerOptions.parse([]), try PolicyOptions.parse([]), try TrafficOptions.parse([]))
        let orders = policy.abandonOrder.joined(separator: ",")
        let rows: [(String, String, String)] = [
            ("leaseSeconds", "\(servers.leaseSeconds)", "\(usual.0.leaseSeconds)"),
            ("statementTimeout", "\(servers.statementTimeout)", "\(usual.0.statementTimeout)"),
            ("redisTimeout", "\(servers.redisTimeout)", "\(usual.0.redisTimeout)"),
            ("finalizeGrace", "\(policy.finalizeGrace)", "\(usual.1.finalizeGrace)"),
            ("claimGrace", "\(policy.claimGrace)", "\(usual.1.claimGrace)"),
            ("abandonedAfter", policy.abandonedAfter.map { printable(Array($0.utf8)) } ?? "-", "-"),
            (
                "abandonCheckoutsOlderThan",
                policy.abandonCheckoutsOlderThan.map { printable(Array($0.utf8)) } ?? "-", "-"
            ),
            ("abandonOrder", orders.isEmpty ? "-" : printable(Array(orders.utf8)), "-"),
            ("traffic", traffic.traffic.rawValue, usual.2.traffic.rawValue),
            ("only", traffic.only?.rawValue ?? "-", "-"),
            ("releaseAfter", "\(traffic.releaseAfter)", "\(usual.2.releaseAfter)"),
            ("attempts", "\(traffic.attempts)", "\(usual.2.attempts)"),
            ("pause", "\(traffic.pause)", "\(usual.2.pause)"),
            ("timeLimit", traffic.timeLimit.map { "\($0)" } ?? "-", "-"),
            ("maxSkew", "\(traffic.maxSkew)", "\(usual.2.maxSkew)"),
            ("maxLatency", "\(traffic.maxLatency)", "\(usual.2.maxLatency)"),
            ("scriptBudget", "\(traffic.scriptBudget)", "\(usual.2.scriptBudget)"),
            ("force", "\(traffic.force)", "false"),
            ("maxSeats", limits.maxSeats.map { "\($0)" } ?? "-", "-"),
            ("maxPercent", limits.maxPercent.map { "\($0)" } ?? "-", "-"),
            ("maxEvents", limits.maxEvents.map { "\($0)" } ?? "-", "-"),
            ("yesChange", limits.yesChange.map { "\($0)" } ?? "-", "-"),
            ("maxFindings", "\(command.options.maxFindings)", "\(try WorkerOptions.parse([]).maxFindings)"),
            ("journal", command.journals.journal.map { shown($0) } ?? "-", "-"),
            ("journalKeep", "\(command.journals.journalKeep)", "\(try JournalOptions.parse([]).journalKeep)"),
            ("maintenanceLog", command.options.maintenanceLog.map { printable(Array($0.utf8)) } ?? "-", "-"),
        ]
        return rows.map { name, value, usual in [name, value, value == usual ? "default" : "option"] }
            + [logFormat(command.log), config(command.options)]
    }

    private static func logFormat(_ log: LogOptions) -> [String] {
        let isGiven = Environment.current[LogOptions.variable] != nil
        let origin = log.logFormat != nil ? "option" : isGiven ? "environment \(LogOptions.variable)" : "default"
        return ["logFormat", ProgramLog.format.rawValue, origin]
    }

    /// Returns the row about the file itself.
    private static func config(_ options: WorkerOptions) -> [String] {
        let variable = "HOLD_RECONCILER_CONFIG"
        guard let path = options.config ?? Environment.current[variable] else { return ["config", "-", "not set"] }
        return ["config", printable(Array(path.utf8)), options.config == nil ? "environment \(variable)" : "option"]
    }
}

extension WorkerConfiguration.Value {
    /// The value as it is shown: `-` where nothing is set.
    fileprivate var shown: String {
        guard let text else { return "-" }
        return setting.isSecret ? "(hidden)" : printable(Array(text.utf8))
    }

    fileprivate var origin: String {
        switch source {
        case .option(let option): "option \(option)"
        case .environment(let variable): "environment \(variable)"
        case .file(let path): "file \(printable(Array(path.utf8)))"
        case .fallback: text == nil ? "not set" : "default"
        }
    }
}
