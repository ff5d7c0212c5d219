/// A run that an error ended, and what it had seen and done until then: what was written must be told all the same
/// (design section 6.7).
package struct InterruptedRun: Error, Sendable {
    package let tally: RunTally
    package let cause: any Error
}

extension RunTally {
    /// Runs `body` with a new tally and returns it.
    ///
    /// - Throws: ``InterruptedRun`` with the tally as far as it came.
    static func recording(
        maxFindings: Int, _ body: (inout RunTally) async throws -> Void
    ) async throws(InterruptedRun) -> RunTally {
        var tally = RunTally(maxFindings: maxFindings)
        do {
            try await body(&tally)
        } catch {
            throw InterruptedRun(tally: tally, cause: error)
        }
        return tally
    }
}
