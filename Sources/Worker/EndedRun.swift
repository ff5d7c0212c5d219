import Reconciliation
package import Reporting

/// Who ordered a run.
package enum RunOrigin: String, Sendable {
    case schedule
    case request
    case function
}

/// Names a run in paths and logs: 16 hexadecimal digits, by chance, so that a restart does not use one again.
package struct RunID: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init() {
        let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        description = String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// - Returns: `nil` where the text is no such name.
    init?(_ text: Substring) {
        guard text.utf8.count == 16, text.utf8.allSatisfy({ Self.digits.contains($0) }) else { return nil }
        description = String(text)
    }

    private static let digits = Set("0123456789abcdef".utf8)
}

/// A run that is over.
package struct EndedRun: Sendable {
    package let id: RunID
    package let job: Job
    package let origin: RunOrigin
    package let report: RunReport

    package var result: RunResult {
        RunResult(report)
    }

    /// Why it came to less than a whole run, in words; `nil` where it did not.
    package var reason: String? {
        report.error ?? report.tally.stoppedBecause
    }

    /// What the schedule makes of it.
    package var ending: Schedule.Ending {
        switch result {
        case .failed: .failed(reason ?? "the run ended with status \(report.exitStatus.rawValue)")
        case .busy: .busy(reason ?? "another run holds the lease")
        case .stopped, .deferred, .drift, .repaired, .clean: .done
        }
    }
}
