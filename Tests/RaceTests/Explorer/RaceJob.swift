import Reconciliation

/// What the reconciler does in a scenario.
enum RaceJob: Sendable, Hashable {
    /// Stable looks, and repair by compare-and-set.
    case looks(RaceProtocol)
    /// Hot looks, and repair by increments.
    case hot(HotProtocol)
    /// A purge of stale index entries, by what it reads.
    case purge([StalePurge.Step] = StalePurge.reads)
    /// A rebuild of a Redis in which a walk meets nothing.
    case creation(CreationRun.Rules = CreationRun.Rules())
    /// A change that is kept in a journal, and taken back.
    case change(ChangeRun.Rules)
}

/// Where the reconciler is in its job: all that its next step depends on.
enum RaceReconciler: Sendable, Hashable {
    case looks(Look)
    case hot(HotRun)
    case purge(PurgeRun)
    case creation(CreationRun)
    case change(ChangeRun)

    init(_ job: RaceJob) {
        switch job {
        case .looks(let rules): self = .looks(Look(rules))
        case .hot(let rules): self = .hot(HotRun(rules))
        case .purge(let stages): self = .purge(PurgeRun(stages))
        case .creation(let rules): self = .creation(CreationRun(rules))
        case .change(let rules): self = .change(ChangeRun(rules))
        }
    }

    /// `nil` until it is done.
    var outcome: String? {
        switch self {
        case .looks(let look): look.outcome
        case .hot(let look): look.outcome
        case .purge(let run): run.outcome
        case .creation(let run): run.outcome
        case .change(let run): run.outcome
        }
    }

    var isDone: Bool { outcome != nil }

    /// Whether the next step begins a look that waits until the platform's calls have come to an end.
    var isPausing: Bool {
        switch self {
        case .looks(let look): look.isPausing
        case .change(let run): run.look.isPausing
        case .hot, .purge, .creation: false
        }
    }

    /// Whether the next step may write.
    var isAboutToWrite: Bool {
        switch self {
        case .looks(let look): look.isAboutToWrite
        case .hot(let look): look.isAboutToWrite
        case .purge(let run): run.isAboutToWrite
        case .creation(let run): run.isAboutToWrite
        case .change(let run): run.isAboutToWrite
        }
    }

    /// Whether the next step may read when hashes end.
    var readsLives: Bool {
        if case .change(let run) = self { run.isAboutToWrite } else { false }
    }

    /// Takes the next step.
    ///
    /// - Returns: what it was, in words.
    mutating func step(_ model: RaceModel, _ bench: Bench) async throws -> String {
        switch self {
        case .looks(var look):
            defer { self = .looks(look) }
            return try await look.step(model, bench)
        case .hot(var look):
            defer { self = .hot(look) }
            return try await look.step(model, bench)
        case .purge(var run):
            defer { self = .purge(run) }
            return try await run.step(model, bench)
        case .creation(var run):
            defer { self = .creation(run) }
            return try await run.step(model, bench)
        case .change(var run):
            defer { self = .change(run) }
            return try await run.step(model, bench)
        }
    }
}
