import ArgumentParser
import HoldModel
import Reconciliation

/// `purge`: the index alone, for cron.
struct PurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Purge the expiration index; says what it would do unless --execute is given.",
        discussion: """
            --stale (the default) removes entries whose hold is not active and releases expired held holds as the \
            platform's cleaner would. --all removes the whole index, without which no hold that is left expires: it is \
            for a platform whose holds are all to be forgotten, and refuses while buyers are at checkout.
            """)

    @OptionGroup var servers: ServerOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var execute: ExecuteOption
    @OptionGroup var output: OutputOptions

    @Flag(help: "Entries that stand for no active hold.")
    var stale = false

    @Flag(help: "The whole index.")
    var all = false

    @Flag(help: "Go on where the program would refuse.")
    var force = false

    func validate() throws {
        if stale && all { throw ValidationError("--stale and --all exclude each other") }
    }

    func run() async throws {
        try ShardOptions.expectNone(for: "purge")
        let executes = try execute.isGiven()
        var settings = RunSettings(policy: try policy.policy(.rebuild), traffic: .live, deep: false)
        settings.maxFindings = output.maxFindings
        settings.force = force
        let fixed = settings
        let wantsAll = all
        try await RunSession(
            command: "purge", servers: servers, output: output, executes: executes, settings: settings
        )
        .run { servers, progress in
            let purge = try await IndexPurge(
                servers.source, servers.store, repairs: servers.repairs,
                watch: ServerWatch(servers.watched, settings: fixed, progress: progress), settings: fixed,
                progress: progress)
            return wantsAll ? try await purge.all() : try await purge.stale()
        }
    }
}
