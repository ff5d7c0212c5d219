import ArgumentParser
import Reconciliation

/// How many holds a purge is to find: whoever says it has looked before.
struct ExpectOption: ParsableArguments {
    @Option(
        help: "Index members that a purge of all holds should find, within 10 percent; with --execute it must be given."
    )
    var expect: Int?

    func validate() throws {
        guard (0...1_000_000_000).contains(expect ?? 0) else {
            throw ValidationError("--expect is a number of members, 0 or more")
        }
    }

    /// Sets what it says.
    ///
    /// - Throws: `ValidationError` where it is missing.
    func apply(to settings: inout RunSettings, _ command: String, executes: Bool) throws {
        if executes, expect == nil {
            throw ValidationError(
                "\(command) --execute needs --expect N, the number of index members: the same command without --execute tells it"
            )
        }
        settings.limits.expectedMembers = expect
    }
}
