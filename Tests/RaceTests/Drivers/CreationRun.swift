import HoldModel
import Reconciliation
import RedisStore
import TestOutcomes
import TestTables

/// Drives the program's own ``Refill`` at one event of an emptied Redis, and what it writes by ``CreationProgress``, or by
/// ``PlanSlices`` where the event is large, a step at a time.
///
/// A search goes back and forth between worlds, so nothing can be watched across its steps: that `EXEC` does nothing where
/// something has changed is asked once more when it comes.
struct CreationRun: Sendable, Hashable {
    struct Rules: Sendable, Hashable {
        var refill = Refill.Rules()
        /// Whether what was asked is watched until it is written.
        var watches = true
        /// Whether the lease is asked for.
        var asksLease = true
        /// Whether the event's holds are too many for one transaction.
        var isSliced = false
        /// Whether index members are added ahead, as where there are many.
        var indexesAhead = false
        /// Another order of an event's parts than the program's.
        var parts = CreationProgress.parts
        var phases: [PlanSlices.Phase]?
    }

    /// What is left to be written of the event.
    enum Writing: Sendable, Hashable {
        case whole(CreationProgress)
        /// Slices, and the next holds of a slice of theirs.
        case slices(PlanSlices, holds: Range<Int>?)
    }

    let rules: Rules
    var refill = Refill(events: 0..<1)
    private var hasWalked = false
    /// The rows as they were read first, and Redis' clock then.
    private var rows: EventSnapshot?
    var now = Timestamp(milliseconds: 0)
    var ahead = false
    var writing: Writing?
    /// Whether the questions of the transaction that comes next were answered.
    var isAsked = false
    var isWritten = false
    var outcome: String?

    init(_ rules: Rules) {
        self.rules = rules
    }

    var isAboutToWrite: Bool {
        switch writing {
        case .slices(_, nil): true
        case .whole, .slices: isAsked
        case nil: rows != nil && rules.indexesAhead && refill.next(rules.refill) == .members
        }
    }

    /// Takes the next step.
    ///
    /// - Returns: what it was, in words.
    mutating func step(_ model: RaceModel, _ bench: Bench) async throws -> String {
        if let writing { return try await write(writing, model, bench) }
        guard hasWalked else {
            hasWalked = true
            var census = Census()
            try await bench.walk.index(&census)
            let isEmpty = try await bench.walk.meetingNothing() != nil
            if Emptiness(tokens: census.count, hasInventory: !isEmpty, at: .now) == nil { outcome = "not empty" }
            return "index and keyspace"
        }
        guard rows != nil else {
            rows = model.snapshot(knowing: [])
            now = Timestamp(milliseconds: model.now * 1000)
            return "snapshot"
        }
        var said: String?
        // What needs nothing of a server is no step.
        while said == nil, outcome == nil, writing == nil, let step = refill.next(rules.refill) {
            said = try await take(step, model, bench)
            refill.take(step, rules.refill)
        }
        if refill.isGivenUp { outcome = "not empty any more" }
        if refill.next(rules.refill) == nil, writing == nil {
            outcome = outcome ?? (isWritten ? "written" : "left to a plan")
        }
        return said ?? "nothing more"
    }

    private mutating func take(_ step: Refill.Step, _ model: RaceModel, _ bench: Bench) async throws -> String? {
        let table = table
        let creations = creation(table).map { [$0] } ?? []
        switch step {
        case .members:
            guard rules.indexesAhead else { return nil }
            ahead = try await bench.repairs.add(NewMembers([(table, creations)]), evenIfFew: true).areThere
            return "index members"
        case .keyspace:
            refill.take(try await bench.walk.meetingNothing())
            return "keyspace"
        case .disputes, .plans: return nil
        case .rows:
            let latest = SnapshotTable([model.snapshot(knowing: [])])
            let doubtful = refill.take(
                creations, of: table, latest: (creation(latest).map { [$0] } ?? [], latest), rules.refill)
            if !doubtful.isEmpty { outcome = "looked at again" }
            return "the rows once more"
        case .events:
            guard let creation = creations.first, refill.writable.contains(0) else { return nil }
            if rules.isSliced {
                var slices = PlanSlices(creating: creation, of: table)
                if let phases = rules.phases { slices.phases = phases }
                writing = .slices(slices, holds: slices.takeNewHolds(1))
            } else {
                writing = .whole(CreationProgress(hasHolds: !creation.holds.isEmpty, parts: rules.parts))
            }
            return nil
        case .verification:
            guard isWritten else { return nil }
            if try await bench.store.stand(creations, of: table) == [false] { outcome = "does not stand" }
            return "verification"
        }
    }

    var table: SnapshotTable {
        SnapshotTable([rows ?? EventSnapshot(event: Bench.event, categories: [], orders: [])])
    }

    func creation(_ table: SnapshotTable) -> EventCreation? {
        table.events[0].isPlain ? EventCreation(0, of: table, policy: Policy(), now: now) : nil
    }
}
