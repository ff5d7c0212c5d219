import ArgumentParser
import ChangeFiles
import HoldModel
import Reconciliation

/// The command `apply`: does what a plan says, and nothing else.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Do exactly what a plan says; says what of it still fits unless --execute is given.",
        discussion: """
            Both servers are looked at as for a rebuild. An item is written only where a rebuild would write exactly this now; \
            any other is reported with what the plan saw and what is there, and left. Give the options that the plan was made \
            with. With --journal undo can take back what was applied.
            """)

    @OptionGroup var servers: ServerOptions
    @OptionGroup var log: LogOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var shard: ShardOptions
    @OptionGroup var traffic: TrafficOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var expected: ExpectOption
    @OptionGroup var execute: ExecuteOption
    @OptionGroup var journals: JournalOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The file that the command plan made.")
    var plan: String

    func run() async throws {
        let executes = try execute.isGiven()
        // Before a long file is read.
        _ = try servers.addresses()
        let approved: ApprovedPlan
        do {
            approved = try ApprovedPlan(at: plan)
        } catch {
            throw ValidationError("the plan \(shown(plan)) is not applied: \(error)")
        }
        let options = approved.header.origin.options
        guard let work = options["work"].flatMap(RunOrder.Work.init),
            let holds = options["--holds"].flatMap(Policy.Holds.init)
        else { throw ValidationError("the plan \(shown(plan)) does not say what it does; make a new one") }
        var order: RunOrder
        switch work {
        case .reconcile:
            order = RunOrder.rebuild(
                try policy.policy(holds), executes: executes, traffic: traffic, events: try chosen(of: approved))
            limits.apply(to: &order.settings)
            order.settings.shard = try shard.part()
            if holds == .purge, order.settings.events == nil {
                try expected.apply(to: &order.settings, "a plan of --holds purge", executes: executes)
            }
        case .purgeStale, .purgeAll:
            if events.ids != nil { throw ValidationError("the plan is about the index, not about events") }
            order = RunOrder.purge(try policy.policy(.rebuild), work, executes: executes, force: traffic.force)
            if work == .purgeAll {
                try expected.apply(to: &order.settings, "a plan of purge --all", executes: executes)
            }
        }
        if expected.expect != nil, order.settings.limits.expectedMembers == nil {
            throw ValidationError("--expect is for a plan that purges")
        }
        order.command = "apply"
        order.journal = try journals.place()
        order.settings.finalizationQueue = try policy.queue()
        order.planFile = .approved(approved, plan)
        try await RunSession(order: order, servers: servers, output: output).run()
    }

    /// Returns the events to look at; `nil` for all.
    private func chosen(of approved: ApprovedPlan) throws -> [EventID]? {
        guard let asked = events.ids else { return approved.header.events }
        let missing = asked.filter { !approved.has(.event($0)) }
        guard missing.isEmpty else {
            throw ValidationError(
                "the plan has no event \(missing.prefix(10).map { "'\($0)'" }.joined(separator: ", "))")
        }
        return asked
    }
}
