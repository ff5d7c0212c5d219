import ArgumentParser

/// The one switch that lets a run write (design section 6.1).
struct ExecuteOption: ParsableArguments {
    @Flag(help: "Write. Without it the run only says what it would do (HOLD_RECONCILER_EXECUTE=1).")
    var execute = false

    func isGiven(_ environment: Environment = .current) throws -> Bool {
        try execute || environment.flag("HOLD_RECONCILER_EXECUTE")
    }
}
