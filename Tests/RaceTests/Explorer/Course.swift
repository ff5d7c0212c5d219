import RedisStore

/// Takes one scenario's steps, one at a time and in any order, and checks what each of them leaves.
///
/// A world can be entered again at any time: before a step, Redis is made what it was in that world.
final class Course {
    let scenario: Scenario
    let bench: Bench
    private let redis: RaceRedis
    /// How the counts are off before anybody has taken a step.
    private(set) var start: [Deviation?] = []
    /// The steps since the root, in words, and who took them.
    var steps: [String] = []
    var choices: [Int] = []
    /// Where schedules ended.
    private var ends: Set<End> = []
    private(set) var stepsTaken = 0
    private(set) var outcomes: [String: Int] = [:]

    static let grace: Int64 = 60
    /// Ends that are remembered.
    private static let mostEnds = 20_000

    init(_ bench: Bench, _ scenario: Scenario) {
        self.bench = bench
        self.scenario = scenario
        redis = RaceRedis(bench, scenario.model)
    }

    /// Goes to where nobody has taken a step.
    func root() async throws -> World {
        (steps, choices) = ([], [])
        var model = scenario.model
        var commands = [
            RedisCommand("FLUSHALL"), RedisCommand("SET", Bench.prefix + "hold-reconciler:lease", Bench.owner),
        ]
        for category in model.categories {
            let total = String(model.total)
            commands.append(
                RedisCommand(
                    "HSET", bench.inventory(category), "total", total, "sold", "0", "pending", "0", "available", total,
                    "version", "1"))
        }
        var image = try await run(commands, from: nil).after
        for move in scenario.history {
            let (word, after) = try await run(move, model, image)
            guard word == "ok" else { throw failure("history: \(move.text(model)) is refused: \(word)") }
            image = after
            move.change(&model, image)
        }
        if !scenario.faults.isEmpty {
            let faults = scenario.faults.map { $0.reduce(into: RedisCommand()) { $0.append($1) } }
            image = try await run(faults, from: image).after
        }
        start = model.categories.indices.map { Deviation(model, image, category: $0) }
        return World(
            model: model, image: image, positions: scenario.actors.map { _ in 0 },
            reconciler: RaceReconciler(scenario.job))
    }

    /// Those who have a step left; the reconciler comes after the actors.
    func open(_ world: World) -> [Int] {
        if case .change(let run) = world.reconciler, run.comesFirst { return [scenario.actors.count] }
        var open = scenario.actors.indices.filter { world.positions[$0] < scenario.actors[$0].count }
        let waits = world.reconciler.isPausing && scenario.isCalling(world.positions)
        if !world.reconciler.isDone, !waits { open.append(scenario.actors.count) }
        return open
    }

    /// Takes a step and checks what it leaves.
    func step(_ world: World, _ choice: Int) async throws -> World {
        stepsTaken += 1
        choices.append(choice)
        guard choice < scenario.actors.count else {
            let next = try await reconcile(world, as: "reconciler")
            if let outcome = next.reconciler.outcome { outcomes[outcome, default: 0] += 1 }
            return next
        }
        let move = scenario.actors[choice][world.positions[choice]]
        let (word, after) = try await run(move, world.model, world.image)
        steps.append("actor \(choice + 1): \(move.text(world.model))\(word == "ok" ? "" : ", \(word)")")
        var next = world
        next.image = after
        if word == "ok" {
            next.positions[choice] += 1
            move.change(&next.model, after)
        } else {
            // The platform gives up where it is refused.
            next.positions[choice] = scenario.actors[choice].count
            if move.isExpectedToPass(world) { throw failure("the platform is refused: \(word)") }
        }
        next.noteTouch(from: world)
        if let fault = next.faultAfterStep(from: world, byReconciler: false) { throw failure(fault) }
        return next
    }

    /// What the aftermath of a schedule depends on.
    private struct End: Hashable {
        let model: RaceModel
        let image: RedisImage
    }

    /// Whether no schedule before ended in this world.
    func isNewEnd(_ world: World) -> Bool {
        if ends.count >= Self.mostEnds { ends = [] }
        return ends.insert(End(model: world.model, image: world.image)).inserted
    }

    /// Goes back by a step, in the trace.
    func back() {
        choices.removeLast()
        steps.removeLast()
    }

    /// Lets the reconciler take its next step.
    func reconcile(_ world: World, as name: String) async throws -> World {
        var next = world
        let writes = world.reconciler.isAboutToWrite
        try await explained { try await redis.enter(world.image, afresh: world.reconciler.readsLives) }
        steps.append("\(name): \(try await next.reconciler.step(world.model, bench))")
        if writes { next.image = try await run([], from: nil).after }
        next.noteChange(from: world)
        if let fault = next.faultAfterStep(from: world, byReconciler: true) { throw failure(fault) }
        return next
    }

    /// Takes a step of the platform.
    ///
    /// - Returns: the script's answer, `ok` where there is none, and what Redis is then.
    func run(_ move: PlatformMove, _ model: RaceModel, _ image: RedisImage) async throws -> (
        word: String, after: RedisImage
    ) {
        guard let command = move.call(model, bench) else { return ("ok", image) }
        let (words, after) = try await run([command], from: image)
        return (words.last.flatMap { $0 }?.lowercased() ?? "ok", after)
    }

    /// Runs commands in one write; see ``RaceRedis/run(_:from:)``.
    func run(_ commands: [RedisCommand], from image: RedisImage?) async throws -> (words: [String?], after: RedisImage)
    {
        try await explained { try await redis.run(commands, from: image) }
    }

    /// Tells the schedule as well where something is wrong with Redis.
    private func explained<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let fault as RaceRedis.Fault {
            throw failure(fault.reason)
        }
    }

    func failure(_ reason: String) -> RaceFailure {
        RaceFailure(scenario: scenario, reason: reason, choices: choices, steps: steps)
    }
}
