import ArgumentParser
import HoldModel
import Output

/// Each setting of the worker, its value, and where that came from, a line each.
struct WorkerConfigSheet {
    private let lines: [[String]]

    init(
        _ configuration: WorkerConfiguration, _ servers: ServerOptions, _ policy: PolicyOptions,
        _ traffic: TrafficOptions
    ) throws {
        lines =
            configuration.values.map { [$0.setting.name, $0.shown, $0.origin] }
            + (try Self.tuning(servers, policy, traffic))
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

    /// What only options set: a value that is the default's may have been given as well, which makes no difference.
    private static func tuning(
        _ servers: ServerOptions, _ policy: PolicyOptions, _ traffic: TrafficOptions
    ) throws -> [[String]] {
        let usual = (try ServerOptions.parse([]), try PolicyOptions.parse([]), try TrafficOptions.parse([]))
        let rows: [(String, String, String)] = [
            ("leaseSeconds", "\(servers.leaseSeconds)", "\(usual.0.leaseSeconds)"),
            ("statementTimeout", "\(servers.statementTimeout)", "\(usual.0.statementTimeout)"),
            ("redisTimeout", "\(servers.redisTimeout)", "\(usual.0.redisTimeout)"),
            ("finalizeGrace", "\(policy.finalizeGrace)", "\(usual.1.finalizeGrace)"),
            ("claimGrace", "\(policy.claimGrace)", "\(usual.1.claimGrace)"),
            ("only", traffic.only?.rawValue ?? "-", "-"),
            ("releaseAfter", "\(traffic.releaseAfter)", "\(usual.2.releaseAfter)"),
            ("attempts", "\(traffic.attempts)", "\(usual.2.attempts)"),
            ("pause", "\(traffic.pause)", "\(usual.2.pause)"),
            ("timeLimit", traffic.timeLimit.map { "\($0)" } ?? "-", "-"),
            ("maxSkew", "\(traffic.maxSkew)", "\(usual.2.maxSkew)"),
            ("maxLatency", "\(traffic.maxLatency)", "\(usual.2.maxLatency)"),
            ("scriptBudget", "\(traffic.scriptBudget)", "\(usual.2.scriptBudget)"),
            ("force", "\(traffic.force)", "false"),
        ]
        return rows.map { name, value, usual in [name, value, value == usual ? "default" : "option"] }
    }
}

extension WorkerConfiguration.Value {
    /// `-` where nothing is set.
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
