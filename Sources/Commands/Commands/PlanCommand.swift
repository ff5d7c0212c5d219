import ArgumentParser
import HoldModel
import Reconciliation

/// The command `plan`: writes to a file what `rebuild` or `purge` would do, for `apply`.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Write a plan of what rebuild or purge would do; cannot write to the servers.",
        discussion: """
            The plan has a line of JSON for each event that would be changed. Another person can read it, and 'apply' does \
            exactly that and nothing else. What is right, and what is only noted for people, is not in it.
            """)

    enum Purge: String, ExpressibleByArgument, CaseIterable {
        case stale
        case all
    }

    @OptionGroup var servers: ServerOptions
    @OptionGroup var log: LogOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var shard: ShardOptions
    @OptionGroup var traffic: TrafficOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var output: OutputOptions

    @Option(name: [.customShort("o"), .customLong("out")], help: "The file to make; one that is there is not touched.")
    var out: String

    @Option(help: "rebuild or purge: what the plan does with holds, as for rebuild.")
    var holds: Policy.Holds = .rebuild

    @Option(help: "stale or all: plan what purge --stale or purge --all would do, instead of a rebuild.")
    var purge: Purge?

    func validate() throws {
        if purge != nil, events.ids != nil || holds == .purge || traffic.only != nil {
            throw ValidationError("--purge plans the index alone, so --event, --holds and --only do not go with it")
        }
        if holds == .purge, traffic.only != nil {
            throw ValidationError("--only tighten puts no seat on sale, and --holds purge does nothing else")
        }
    }

    func run() async throws {
        var order: RunOrder
        switch purge {
        case nil:
            order = RunOrder.rebuild(try policy.policy(holds), executes: false, traffic: traffic, events: events.ids)
            limits.apply(to: &order.settings)
            order.settings.shard = try shard.part()
            if holds == .purge, !order.settings.shard.isWhole {
                throw ValidationError("--holds purge is not split into shards")
            }
        case .stale?, .all?:
            try ShardOptions.expectNone(for: "plan --purge")
            order = RunOrder.purge(
                try policy.policy(.rebuild), purge == .all ? .purgeAll : .purgeStale, executes: false,
                force: traffic.force)
        }
        order.command = "plan"
        order.settings.finalizationQueue = try policy.queue()
        order.planFile = .new(out)
        try await RunSession(order: order, servers: servers, output: output).run()
    }
}
