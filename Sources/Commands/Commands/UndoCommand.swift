import ArgumentParser
import ChangeFiles
import HoldModel
import Reconciliation

/// The command `undo`: takes back what a run has changed.
struct UndoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Take back what a run has changed, by its journal; says what it would do unless --execute is given.",
        discussion: """
            An event goes back as a whole: only while each of its keys is as the run has left it, and only where no seat goes \
            on sale that is sold or promised by now. Any other is told with the reason, and left. With --journal the undo can \
            be taken back, too.
            """)

    @OptionGroup var servers: ServerOptions
    @OptionGroup var log: LogOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var traffic: TrafficOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var execute: ExecuteOption
    @OptionGroup var journals: JournalOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: ArgumentHelp("The file that the run made by its --journal.", valueName: "journal"))
    var undone: String

    @Flag(help: "The run had another database than --postgres, which was the mistake.")
    var otherDatabase = false

    func validate() throws {
        if traffic.only != nil {
            throw ValidationError("--only does not go with undo, which takes back all of an event")
        }
    }

    func run() async throws {
        try ShardOptions.expectNone(for: "undo")
        // Before a long file is read.
        _ = try servers.addresses()
        let journal: Journal
        do {
            journal = try Journal(at: undone)
        } catch {
            throw ValidationError("the journal \(shown(undone)) is not undone: \(error)")
        }
        let missing = (events.ids ?? []).filter { !journal.has(.event($0)) }
        guard missing.isEmpty else {
            throw ValidationError(
                "the journal has no event \(missing.prefix(10).map { "'\($0)'" }.joined(separator: ", "))")
        }
        var order = RunOrder.rebuild(
            try policy.policy(.rebuild), executes: try execute.isGiven(), traffic: traffic,
            events: events.ids ?? journal.events)
        limits.apply(to: &order.settings)
        order.command = "undo"
        order.settings.asksForEvents = true
        order.settings.policy.undoing = EarlierStates(journal, at: undone, wasOtherDatabase: otherDatabase)
        order.settings.finalizationQueue = try policy.queue()
        order.planFile = .journal(journal, undone, otherDatabase: otherDatabase, isPart: events.ids != nil)
        order.journal = try journals.place()
        try await RunSession(order: order, servers: servers, output: output).run()
    }
}
