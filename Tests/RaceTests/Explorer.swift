import HoldModel
import RedisStore
import TestRandom

/// Runs the schedules of one scenario: every choice of who comes next, each actor in its own order.
///
/// The search goes depth first on one Redis. Before a step that Redis takes part in, Redis is made again what it was at
/// that node, so that schedules share the steps that they begin with.
final class Explorer {
    private let bench: Bench
    private let scenario: Scenario
    private let keys: [[UInt8]]
    private var redisIs: RedisImage?
    private var start: [Deviation?] = []
    private var steps: [String] = []
    private var choices: [Int] = []
    private let merges: Bool
    private var known: [World: Int] = [:]
    private(set) var schedules = 0
    private(set) var stepsTaken = 0
    private(set) var outcomes: [String: Int] = [:]

    private static let grace: Int64 = 60

    /// - Parameter merges: whether a world that was met before counts for all schedules that go on from it, without
    ///   running them: equal worlds have the same future.
    init(_ bench: Bench, _ scenario: Scenario, merges: Bool = false) {
        self.merges = merges
        self.bench = bench
        self.scenario = scenario
        keys = bench.keys(of: scenario.model)
    }

    /// Runs all schedules, or the first ones where they are more than `limit`.
    ///
    /// - Returns: whether these were all.
    /// - Throws: ``RaceFailure``.
    func runAll(limit: Int = .max) async throws -> Bool {
        try await run(from: try await root(), limit: limit)
        return schedules < limit
    }

    /// Runs schedules at random.
    func walk(_ count: Int, _ random: inout SeededRandom) async throws {
        let root = try await root()
        for _ in 0..<count {
            (steps, choices) = ([], [])
            var world = root
            while let choice = open(world).randomElement(using: &random) {
                choices.append(choice)
                world = try await step(world, choice)
            }
            try await finish(world)
        }
    }

    /// Runs one schedule again.
    func replay(_ schedule: [Int]) async throws -> [String] {
        var world = try await root()
        for choice in schedule {
            choices.append(choice)
            world = try await step(world, choice)
        }
        if open(world).isEmpty { try await finish(world) }
        return steps
    }

    private func run(from world: World, limit: Int) async throws {
        if merges, let more = known[world] {
            schedules += more
            return
        }
        let before = schedules
        let open = open(world)
        if open.isEmpty { try await finish(world) }
        for choice in open where schedules < limit {
            choices.append(choice)
            try await run(from: try await step(world, choice), limit: limit)
            choices.removeLast()
            steps.removeLast()
        }
        // A node that was left early knows nothing of its other schedules.
        if merges && schedules < limit { known[world] = schedules - before }
    }

    /// Those who have a step left; the reconciler comes after the actors.
    private func open(_ world: World) -> [Int] {
        var open = scenario.actors.indices.filter { world.positions[$0] < scenario.actors[$0].count }
        if !world.look.isDone { open.append(scenario.actors.count) }
        return open
    }

    private func root() async throws -> World {
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
        let seeded = try await replies(commands)
        var image = RedisImage(Array(seeded), holds: model.holds.count)
        for move in scenario.history {
            let (word, after) = try await run(move, model, image)
            guard word == "ok" else { throw failure("history: \(move.text(model)) is refused: \(word)") }
            image = after
            move.change(&model, image)
        }
        image = RedisImage(
            Array(try await replies(scenario.faults.map { $0.reduce(into: RedisCommand()) { $0.append($1) } })),
            holds: model.holds.count)
        redisIs = image
        start = model.categories.indices.map { Deviation(model, image, category: $0) }
        return World(
            model: model, image: image, positions: scenario.actors.map { _ in 0 }, look: Look(scenario.rules))
    }

    private func step(_ world: World, _ choice: Int) async throws -> World {
        stepsTaken += 1
        var next = world
        let isReconciler = choice == scenario.actors.count
        if isReconciler {
            let writes = world.look.isAboutToWrite
            try await enter(world.image)
            let text = try await next.look.step(world.model, bench)
            steps.append("reconciler: \(text)")
            if writes { next.image = try await read() }
            if let outcome = next.look.outcome { outcomes[outcome, default: 0] += 1 }
        } else {
            let move = scenario.actors[choice][world.positions[choice]]
            let (word, after) = try await run(move, world.model, world.image)
            steps.append("actor \(choice + 1): \(move.text(world.model))\(word == "ok" ? "" : ", \(word)")")
            next.image = after
            if word == "ok" {
                next.positions[choice] += 1
                move.change(&next.model, after)
            } else {
                // The platform gives up where it is refused.
                next.positions[choice] = scenario.actors[choice].count
                if move.isExpectedToPass(world) { throw failure("the platform is refused: \(word)") }
            }
        }
        if let fault = next.faultAfterStep(from: world, byReconciler: isReconciler, grace: Self.grace) {
            throw failure(fault)
        }
        return next
    }

    /// What must hold once everybody is done: nothing was made worse, one more run at rest mends what is left, and the
    /// platform goes on with every hold.
    private func finish(_ end: World) async throws {
        schedules += 1
        var world = end
        let depth = steps.count
        defer { steps.removeLast(steps.count - depth) }
        for position in world.model.categories.indices {
            let left = Deviation(world.model, world.image, category: position)
            guard
                left?.isNone == true || left == start[position] || scenario.mayLeaveSeats && (left?.available ?? 0) <= 0
            else {
                throw failure("\(world.model.categories[position]) is off by \(left.map { "\($0)" } ?? "everything")")
            }
        }
        if world.image.lease != Bench.owner {
            try await enter(world.image)
            world.image = RedisImage(
                Array(try await replies([RedisCommand("SET", Bench.prefix + "hold-reconciler:lease", Bench.owner)])),
                holds: world.model.holds.count)
            redisIs = world.image
        }
        let isWhole = world.model.holds.indices.allSatisfy {
            !world.model.holds[$0].keepsSeats || world.image.isActive($0)
        }
        if !isRight(world) || !isWhole { world = try await reconcileAtRest(world) }
        try await goOn(world)
    }

    private func isRight(_ world: World) -> Bool {
        world.model.categories.indices.allSatisfy { Deviation(world.model, world.image, category: $0)?.isNone == true }
    }

    private func reconcileAtRest(_ world: World) async throws -> World {
        var world = world
        var rules = RaceProtocol()
        rules.proofs = 1
        world.look = Look(rules)
        while !world.look.isDone {
            let old = world
            try await enter(world.image)
            steps.append("at rest: \(try await world.look.step(world.model, bench))")
            world.image = try await read()
            if let fault = world.faultAfterStep(from: old, byReconciler: true, grace: Self.grace) {
                throw failure(fault)
            }
        }
        guard isRight(world) else { throw failure("a run at rest does not mend the counts") }
        return world
    }

    private func goOn(_ end: World) async throws {
        var world = end
        for (position, hold) in end.model.holds.enumerated() {
            let moves: [PlatformMove]
            switch hold.life {
            case .held where hold.order == .processing && world.image.status(ofHold: position) == "held":
                moves = [.claim(position), .confirm(position), .finalize(position)]
            case .held where hold.order == .processing: moves = [.confirm(position), .finalize(position)]
            case .held where !hold.isSold: moves = [.release(position)]
            case .claimed, .committed:
                moves = hold.isSold ? [.finalize(position)] : [.confirm(position), .finalize(position)]
            default: moves = []
            }
            for move in moves {
                let (word, after) = try await run(move, world.model, world.image)
                steps.append("afterwards: \(move.text(world.model)), \(word)")
                guard word == "ok" else { throw failure("the platform cannot go on: \(word)") }
                world.image = after
                move.change(&world.model, after)
            }
        }
        if !isRight(world) { throw failure("the platform's own steps leave the counts off") }
    }

    private func run(
        _ move: PlatformMove, _ model: RaceModel, _ image: RedisImage
    ) async throws -> (word: String, after: RedisImage) {
        guard let command = move.call(model, bench) else { return ("ok", image) }
        let restore = redisIs == image ? [] : image.commands(keys)
        redisIs = nil
        let answers = try await replies(restore + [command])
        let after = RedisImage(Array(answers), holds: model.holds.count)
        redisIs = after
        let isCleaner = answers.startIndex > 0 && lastWord == nil
        return (isCleaner ? "ok" : (lastWord ?? "no word").lowercased(), after)
    }

    /// What the command before the image said, where it was a word.
    private var lastWord: String?

    /// Runs commands and reads the image that they leave.
    private func replies(_ commands: [RedisCommand]) async throws -> ArraySlice<RedisReply> {
        let all = try await bench.connection.replies(to: commands + bench.reading(keys))
        for reply in all {
            if case .error(let message) = reply { throw failure("Redis: \(message)") }
        }
        lastWord = commands.isEmpty ? nil : all[commands.count - 1].text
        return all[commands.count...]
    }

    private func read() async throws -> RedisImage {
        let image = RedisImage(Array(try await replies([])), holds: scenario.model.holds.count)
        redisIs = image
        return image
    }

    private func enter(_ image: RedisImage) async throws {
        if redisIs == image { return }
        _ = try await bench.connection.replies(to: image.commands(keys))
        redisIs = image
    }

    private func failure(_ reason: String) -> RaceFailure {
        RaceFailure(scenario: scenario.name, reason: reason, choices: choices, steps: steps)
    }
}
