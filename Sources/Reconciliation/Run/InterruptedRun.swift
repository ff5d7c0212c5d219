/// The error that ended a run, with what the run had seen and done until then: what was written must be reported all
/// the same (design section 6.7).
package struct InterruptedRun: Error, Sendable {
    package let tally: RunTally
    package let cause: any Error
}

extension RunTally {
    /// Runs `body` with a new tally and returns it. A stop is not held up by a slow server; see
    /// ``StopRequest/ending(_:)``.
    ///
    /// - Throws: ``InterruptedRun`` with the tally as far as it came.
    static func recording(
        _ settings: RunSettings, _ body: @escaping @Sendable (inout RunTally) async throws -> Void
    ) async throws -> RunTally {
        try await settings.stop.ending {
            var tally = RunTally(maxFindings: settings.maxFindings)
            do {
                try await body(&tally)
            } catch let error where settings.stop.hasCut(error) {
                tally.stoppedBecause = settings.stop.cause
            } catch {
                // Whatever went wrong after the stop, the run had to end.
                tally.stoppedBecause = tally.stoppedBecause ?? settings.stop.cause
                throw InterruptedRun(tally: tally, cause: error)
            }
            return tally
        }
    }
}
