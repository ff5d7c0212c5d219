import LuaScripts
import TestPlatform
import TestServers

/// A run with its own kinds of writing steps, to be killed after each.
enum KillScenario: CaseIterable {
    /// Slices that lower counts, write holds and index, raise counts.
    case tornEvent
    /// Events that are small enough for one script, inventory of no category, one for every cause.
    case everyCause
    /// Members that go and expired holds that are released.
    case staleIndex
    case closedHolds
    case wholeIndex
    /// An index that is no sorted set.
    case brokenIndex
    /// Holds by compare-and-set and counts by increments, on an event that never stands still.
    case busyEvent

    var arguments: [String] {
        switch self {
        case .tornEvent: FaultTests.rebuild + TornEvent.budget
        case .everyCause, .brokenIndex: FaultTests.rebuild
        case .staleIndex: ["purge", "--stale", "--execute"]
        case .closedHolds:
            ["rebuild", "--holds", "purge", "--traffic", "stopped", "--execute", "--force", "--expect", "2"]
        case .wholeIndex: ["purge", "--all", "--execute", "--force", "--expect", "2"]
        case .busyEvent:
            [
                "rebuild", "--holds", "rebuild", "--execute", "--attempts", "1", "--pause", "0", "--release-after",
                "0.1",
            ]
        }
    }

    /// Those of the run that completes it.
    func next(_ platform: Platform) async throws -> [String] {
        switch self {
        case .closedHolds: arguments.dropLast(2) + (try await platform.expectingMembers())
        case .tornEvent, .everyCause, .brokenIndex, .busyEvent, .wholeIndex: FaultTests.rebuild
        case .staleIndex: arguments
        }
    }

    var kept: Aftermath.Kept {
        switch self {
        case .tornEvent, .everyCause, .brokenIndex, .staleIndex, .busyEvent: .everything
        case .wholeIndex: .hashes
        case .closedHolds: .nothing
        }
    }

    /// The kinds of scripts that it must have been killed after.
    var scripts: Set<LuaScript> {
        switch self {
        case .tornEvent, .everyCause, .closedHolds: [.apply]
        case .staleIndex: [.apply, .release]
        case .wholeIndex: [.unlink]
        case .brokenIndex: [.unlink, .apply]
        case .busyEvent: [.apply, .shift]
        }
    }

    /// How many steps lie between the ones that are tried, after the first few: many are alike.
    var stride: Int {
        self == .everyCause ? 6 : 1
    }

    func prepare(_ platform: Platform) async throws {
        switch self {
        case .tornEvent: try await TornEvent(platform: platform).add()
        case .everyCause:
            for fault in Fault.repairable { _ = try await fault.inject(into: platform, event: fault.rawValue) }
        case .staleIndex:
            _ = try await Fault.orphanMember.inject(into: platform, event: "gala")
            _ = try await Fault.expiredHold.inject(into: platform, event: "matinee")
        case .closedHolds, .wholeIndex:
            for event in ["gala", "matinee"] {
                try await platform.addEvent(event, categories: [(event, 100, 10)])
                try await platform.acquire("\(event)-cart", event: event, [Seats(event, 2)])
            }
        case .brokenIndex:
            _ = try await Fault.staleSold.inject(into: platform, event: "gala")
            try await platform.redis.command("SET", platform.indexKey, "text")
        case .busyEvent:
            let injection = try await Fault.ttlRace.inject(into: platform, event: "gala")
            try await platform.redis.command("ZADD", platform.indexKey, "7", injection.live[0].token)
        }
    }

    /// What goes on at the platform before each call of the run.
    func disturb(_ platform: Platform, before call: RedisCall) async throws {
        guard self == .busyEvent, call.luaScript == .survey else { return }
        let token = "gala-\(UInt64.random(in: 0...UInt64.max))"
        for category in ["gala-stalls", "gala-circle"] {
            try await platform.release(
                try await platform.acquire(token + category, event: "gala", [Seats(category, 1)]))
        }
    }
}
