import TestRandom

/// Chooses the schedules of one scenario: every choice of who comes next, each actor in its own order.
///
/// Each way to choose counts the whole schedules that it came to, none of them twice.
final class Explorer {
    let course: Course
    private var known: [World: Int] = [:]
    private(set) var schedules = 0
    /// The steps of all schedules that were chosen by chance, shared or not.
    private(set) var stepsInAll = 0
    private var scenario: Scenario { course.scenario }

    init(_ bench: Bench, _ scenario: Scenario) {
        course = Course(bench, scenario)
    }

    /// Runs all schedules, or the first ones where they are more than `limit`; they share the steps they begin with.
    ///
    /// - Parameter merges: whether a world that was met before counts for all schedules that go on from it, without
    ///   running them: equal worlds have the same future.
    /// - Returns: whether these were all.
    /// - Throws: ``RaceFailure``.
    func runAll(limit: Int = .max, merges: Bool = false) async throws -> Bool {
        try await run(from: try await course.root(), limit: limit, merges: merges)
        return schedules < limit
    }

    private func run(from world: World, limit: Int, merges: Bool) async throws {
        if merges, let more = known[world] {
            schedules += more
            return
        }
        let before = schedules
        let open = course.open(world)
        if open.isEmpty {
            schedules += 1
            try await course.finish(world)
        }
        for choice in open where schedules < limit {
            try await run(from: try await course.step(world, choice), limit: limit, merges: merges)
            course.back()
        }
        // A node that was left early knows nothing of its other schedules.
        if merges && schedules < limit { known[world] = schedules - before }
    }

    /// Runs schedules chosen by chance, each from the root to its end, until `count` different ones are done.
    ///
    /// A scenario may have fewer, or most chances may be the same; so there is a bound to the tries.
    func walk(_ count: Int, _ random: inout SeededRandom) async throws {
        let root = try await course.root()
        var done: Set<[Int]> = []
        for _ in 0..<(count + count / 4) where schedules < count {
            (course.steps, course.choices) = ([], [])
            var world = root
            let pace = Double.random(in: 0.2...0.9, using: &random)
            while let choice = choice(in: world, pace, &random) { world = try await course.step(world, choice) }
            if done.insert(course.choices).inserted {
                schedules += 1
                stepsInAll += course.choices.count
            }
            try await course.finish(world)
        }
    }

    /// Runs families of schedules chosen by chance, until `count` schedules are done: those that begin alike until the
    /// platform has a few steps left. They share the steps they begin with, so that each is run once.
    ///
    /// No family is a part of another, so no schedule comes twice. A scenario may have fewer; the search ends when
    /// chance finds no new family.
    func roam(_ count: Int, _ random: inout SeededRandom) async throws {
        let root = try await course.root()
        var done: Set<[Int]> = []
        var vain = 0
        while schedules < count, vain < Self.mostVain {
            (course.steps, course.choices) = ([], [])
            var world = root
            let pace = Double.random(in: 0.2...0.9, using: &random)
            while platformSteps(world) > Self.shared, let choice = choice(in: world, pace, &random) {
                world = try await course.step(world, choice)
            }
            guard done.insert(course.choices).inserted else {
                vain += 1
                continue
            }
            vain = 0
            try await exhaust(world, until: min(count, schedules + Self.family), &random)
        }
    }

    /// Steps of the platform that a family's schedules may take in any order.
    private static let shared = 3
    /// Schedules of one family at most.
    private static let family = 400
    private static let mostVain = 50

    /// Who comes next by chance; `nil` where everybody is done. Were the choice the same for all, the actors, who are
    /// many, would be done before the reconciler has had its second look.
    ///
    /// - Parameter pace: how often it is the reconciler, while there is a choice.
    private func choice(in world: World, _ pace: Double, _ random: inout SeededRandom) -> Int? {
        let open = course.open(world)
        guard open.count > 1, open.last == scenario.actors.count else { return open.randomElement(using: &random) }
        if Double.random(in: 0..<1, using: &random) < pace { return open.last }
        return open.dropLast().randomElement(using: &random)
    }

    private func platformSteps(_ world: World) -> Int {
        zip(scenario.actors, world.positions).reduce(0) { $0 + $1.0.count - $1.1 }
    }

    private func exhaust(_ world: World, until limit: Int, _ random: inout SeededRandom) async throws {
        let open = course.open(world).shuffled(using: &random)
        if open.isEmpty {
            schedules += 1
            stepsInAll += course.choices.count
            try await course.finish(world)
        }
        for choice in open where schedules < limit {
            try await exhaust(try await course.step(world, choice), until: limit, &random)
            course.back()
        }
    }

    /// Runs one schedule again.
    func replay(_ schedule: [Int]) async throws -> [String] {
        var world = try await course.root()
        for choice in schedule { world = try await course.step(world, choice) }
        if course.open(world).isEmpty { try await course.finish(world) }
        return course.steps
    }
}
