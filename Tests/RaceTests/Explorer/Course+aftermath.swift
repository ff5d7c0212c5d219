import HoldModel
import RedisStore

extension Course {
    /// What must hold once everybody is done: nothing was made worse, one more run at rest mends what is left, and the
    /// platform goes on with every hold. Schedules that end in one world have one aftermath, which is run once.
    func finish(_ end: World) async throws {
        guard isNewEnd(end) else { return }
        var world = end
        if world.change != nil {
            // Nobody can claim a hold any more that an undo has taken away with its hash.
            for position in world.model.holds.indices where !world.image.isActive(position) {
                let mayEnd = world.model.holds[position].mayEnd(now: world.model.now, grace: Self.grace)
                if world.model.holds[position].keepsSeats, mayEnd { world.model.holds[position].life = .over }
            }
        }
        let depth = steps.count
        defer { steps.removeLast(steps.count - depth) }
        for position in world.model.categories.indices {
            let left = Deviation(world.model, world.image, category: position)
            guard
                left?.isNone == true || left == start[position] || scenario.mayLeaveSeats && (left?.available ?? 1) <= 0
            else {
                throw failure("\(world.model.categories[position]) is off by \(left.map { "\($0)" } ?? "everything")")
            }
        }
        if world.image.lease != Bench.owner {
            let command = RedisCommand("SET", Bench.prefix + "hold-reconciler:lease", Bench.owner)
            world.image = try await run([command], from: world.image).after
        }
        let isWhole = world.model.holds.indices.allSatisfy {
            !world.model.holds[$0].keepsSeats || world.image.isActive($0)
        }
        if !isRight(world) || !isWhole { world = try await reconcileAtRest(world) }
        try await goOn(world)
    }

    /// Whether the counts are what the model says without asking the program.
    private func isRight(_ world: World) -> Bool {
        world.model.categories.indices.allSatisfy { Deviation(world.model, world.image, category: $0)?.isNone == true }
    }

    private func reconcileAtRest(_ world: World) async throws -> World {
        var world = world
        var rules = RaceProtocol()
        if case .looks(let own) = scenario.job { rules.readsEvidence = own.readsEvidence }
        world.reconciler = RaceReconciler(.looks(rules))
        while !world.reconciler.isDone { world = try await reconcile(world, as: "at rest") }
        guard isRight(world) else { throw failure("a run at rest does not mend the counts") }
        for (position, hold) in world.model.holds.enumerated() where hold.keepsSeats && !world.image.isActive(position)
        {
            throw failure("a run at rest leaves live hold \(hold.token) without its hash")
        }
        return world
    }

    /// Every hold takes the platform's own next steps; they go out in one write, as none of them depends on an answer.
    private func goOn(_ end: World) async throws {
        let moves = end.model.holds.indices.flatMap { nextMoves(of: $0, in: end) }
        let commands = moves.compactMap { $0.call(end.model, bench) }
        let (words, after) = try await run(commands, from: end.image)
        var world = end
        world.image = after
        var answers = words.makeIterator()
        for move in moves {
            let word = move.call(end.model, bench) == nil ? "ok" : (answers.next() ?? nil)?.lowercased() ?? "nothing"
            steps.append("afterwards: \(move.text(end.model)), \(word)")
            guard word == "ok" else { throw failure("the platform cannot go on: \(word)") }
            move.change(&world.model, after)
        }
        if !isRight(world) { throw failure("the platform's own steps leave the counts off") }
    }

    private func nextMoves(of position: Int, in world: World) -> [PlatformMove] {
        let hold = world.model.holds[position]
        // The late finalizer was refused, and its sale was finished for it.
        if hold.isSold && !world.image.isActive(position) { return [] }
        switch hold.life {
        case .held where hold.order == .processing && world.image.status(ofHold: position) == "held":
            // Who has paid in time is given the time to go to checkout.
            return [.extend(position, by: 600), .claim(position), .confirm(position), .finalize(position)]
        case .held where hold.order == .processing: return [.confirm(position), .finalize(position)]
        case .held where !hold.isSold: return [.release(position)]
        case .claimed, .committed:
            return hold.isSold ? [.finalize(position)] : [.confirm(position), .finalize(position)]
        case .none, .held, .over, .finalized: return []
        }
    }
}
