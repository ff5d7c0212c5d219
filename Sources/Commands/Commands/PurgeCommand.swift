import ArgumentParser
import HoldModel
import Reconciliation

/// The command `purge`: cleans up the index, for cron.
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
    @OptionGroup var log: LogOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var execute: ExecuteOption
    @OptionGroup var journals: JournalOptions
    @OptionGroup var expected: ExpectOption
    @OptionGroup var output: OutputOptions

    @Flag(help: "Entries that stand for no active hold.")
    var stale = false

    @Flag(help: "The whole index.")
    var all = false

    @Flag(help: "Go on where the program would refuse.")
    var force = false

    func validate() throws {
        if stale && all { throw ValidationError("--stale and --all exclude each other") }
        if !all && expected.expect != nil { throw ValidationError("--expect is for --all") }
    }

    func run() async throws {
        try ShardOptions.expectNone(for: "purge")
        var order = RunOrder.purge(
            try policy.policy(.rebuild), all ? .purgeAll : .purgeStale, executes: try execute.isGiven(), force: force)
        if all { try expected.apply(to: &order.settings, "purge --all", executes: order.executes) }
        order.journal = try journals.place()
        order.settings.finalizationQueue = try policy.queue()
        try await RunSession(order: order, servers: servers, output: output).run()
    }
}
