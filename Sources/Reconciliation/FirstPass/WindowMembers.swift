import HoldModel
import PostgresSource
import RedisStore
import Synchronization

/// Adds the index members of a whole window of pages before their holds, where Redis was emptied. A sorted set takes
/// many members in the order of their scores much faster than a few at a time. All pages of the window are judged by
/// one instant.
///
/// Members keep no seat and put none on sale, so they need not wait. A run that ends early leaves members without
/// holds; the next run writes those holds.
final class WindowMembers: Sendable {
    /// The part of one page.
    struct Share: Sendable {
        /// Redis' clock before the members.
        let now: Timestamp
        /// The creations that follow from its rows alone.
        var creations: [EventCreation]
        let members: MembersAhead
        let memberCount: Int
    }

    /// The parts of the pages of a window; each is kept until its page takes it.
    private final class Shares: Sendable {
        private let all: Mutex<[Share?]>

        init(_ all: [Share]) {
            self.all = Mutex(all)
        }

        func take(_ place: Int) -> Share {
            all.withLock { all in
                guard let share = all[place] else { preconditionFailure("a page that asks twice") }
                all[place] = nil
                return share
            }
        }
    }

    private struct Window {
        let pages: PageWindow.Pages
        let shares: Task<Shares, any Error>
        var taken = 0
    }

    private let store: HoldStore
    private let repairs: HoldRepairs
    private let policy: Policy
    /// Whether members are added ahead however few there are. An interrupted run may have left some of them, and those
    /// that go ahead are then compared.
    private let evenIfFew: Bool
    /// Whether the run may write only so much, so that no member goes ahead.
    private let isLimited: Bool
    /// The windows that are not done yet.
    private let windows = Mutex<[Window]>([])
    private let ahead = Mutex(0)

    /// How many members were added, or are being added, whose page was not written yet.
    var countAhead: Int { ahead.withLock { $0 } }

    init(_ store: HoldStore, _ repairs: HoldRepairs, _ policy: Policy, evenIfFew: Bool, isLimited: Bool) {
        self.isLimited = isLimited
        self.evenIfFew = evenIfFew
        self.store = store
        self.repairs = repairs
        self.policy = policy
    }

    /// - Returns: as soon as the members of the page's window are there. Each page asks once.
    func share(of page: EventPage) async throws -> Share {
        guard let window = page.window else { return try await add([page]).take(0) }
        let shares = shares(of: window.pages)
        var share = try await withTaskCancellationHandler {
            try await shares.value.take(window.place)
        } onCancel: {
            shares.cancel()
        }
        // By now the tickets of orders without items were read.
        if !window.wasComplete { share.creations = page.creations(policy, now: share.now) }
        return share
    }

    private func shares(of pages: PageWindow.Pages) -> Task<Shares, any Error> {
        windows.withLock { windows in
            let place = windows.firstIndex { $0.pages === pages } ?? windows.endIndex
            if place == windows.endIndex {
                windows.append(Window(pages: pages, shares: Task { try await add(pages.take()) }))
            }
            let shares = windows[place].shares
            windows[place].taken += 1
            if windows[place].taken == pages.count { windows.remove(at: place) }
            return shares
        }
    }

    /// Ends a page.
    func finish(_ share: Share) {
        let count = share.memberCount
        ahead.withLock { $0 -= count }
    }

    /// Ends all windows: no page will ask any more.
    func end() {
        for window in windows.withLock({ $0 }) { window.shares.cancel() }
    }

    private func add(_ pages: [EventPage]) async throws -> Shares {
        let now = try await store.time()
        let creations = pages.map { $0.creations(policy, now: now) }
        let small = zip(pages, creations).map { page, creations in
            repairs.writable(creations, of: page.table).map { creations[$0] }
        }
        // Members of holds that a limit forbids would be there without these.
        let all = NewMembers(isLimited ? [] : zip(pages, small).map { ($0.table, $1) })
        // Where an error comes instead of the answer, all of them may be there.
        ahead.withLock { $0 += all.count }
        let (areThere, new) = try await repairs.add(all, evenIfFew: evenIfFew)
        // Those of a snapshot that was given up before its last page are there, and are known.
        ahead.withLock { $0 -= all.count - new }
        let shares = zip(creations, small).map { creations, small in
            let members = areThere ? MembersAhead(events: Set(small.map(\.event))) : .none
            let count = areThere || new > 0 ? small.reduce(0) { $0 + $1.holds.count } : 0
            return Share(now: now, creations: creations, members: members, memberCount: count)
        }
        return Shares(shares)
    }
}

extension EventPage {
    /// Returns the creations of those events whose rows alone say what to write.
    func creations(_ policy: Policy, now: Timestamp) -> [EventCreation] {
        table.events.indices.compactMap { place in
            isPlain(at: place) ? EventCreation(place, of: table, policy: policy, now: now) : nil
        }
    }
}
