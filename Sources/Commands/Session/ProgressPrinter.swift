import Foundation
import Logging
import Output
import Reconciliation
import Reporting
import Synchronization
import Telemetry

/// Shows progress on stderr once a run has taken a second: on a terminal one line that is overwritten, elsewhere a line
/// every few seconds.
final class ProgressPrinter: Sendable {
    private struct State {
        var phase: RunProgress.Phase?
        var phaseStart = ContinuousClock.now
        /// The time of the first progress, and how much was done then.
        var first = (at: ContinuousClock.now, done: 0)
        var lastShown: ContinuousClock.Instant?
        var lineIsOpen = false
    }

    private let start = ContinuousClock.now
    private let isTerminal = StandardError.isTerminal
    private let state = Mutex(State())

    func show(_ progress: RunProgress) {
        let now = ContinuousClock.now
        state.withLock { state in
            if state.phase != progress.phase {
                state.phase = progress.phase
                state.phaseStart = now
                state.first.done = 0
            }
            if state.first.done == 0 { state.first = (now, progress.done) }
            let pause: Duration = isTerminal && ProgramLog.format == .text ? .milliseconds(200) : .seconds(5)
            guard now - start >= .seconds(1), state.lastShown.map({ now - $0 >= pause }) ?? true else { return }
            state.lastShown = now
            if ProgramLog.format == .json { return log(progress, after: (now - state.phaseStart) / .seconds(1)) }
            let line = Printed(line: progress.line(since: state.first.done, (now - state.first.at) / .seconds(1)))
            if isTerminal { StandardError.overwriteLine(with: line) } else { StandardError.write(line.asLine) }
            state.lineIsOpen = isTerminal
        }
    }

    private func log(_ progress: RunProgress, after seconds: Double) {
        var fields: Logger.Metadata = [
            "phase": .string(progress.phase.rawValue), "done": .stringConvertible(progress.done),
            "seconds": .stringConvertible(seconds),
        ]
        fields["total"] = progress.total.map { .stringConvertible($0) }
        ProgramLog.tellPrograms(.info, "run progresses", fields)
    }

    /// Clears the line, so that the next output has a line of its own.
    func finish() {
        state.withLock { state in
            if state.lineIsOpen { StandardError.overwriteLine(with: .nothing) }
            state.lineIsOpen = false
        }
    }
}
