import HoldModel
import PostgresSource
import RedisStore
import Synchronization

/// What pages that were read together have in common where Redis was emptied: the instant that all are judged by, and their
/// index members, which are added before any of their holds, since a sorted set takes many in the order of their scores
/// much faster than a few at a time.
///
/// Members keep no seat and put none on sale, so they need not wait; a run that ends in between leaves members without a hold,
/// which the next one writes.
final class WindowMembers: Sendable {
    /// What one page needs to know of it.
    struct Share: Sendable {
        /// Redis' clock before the members.
        let now: Timestamp
        /// What its rows alone say.
        var creations: [EventCreation]
        let members: MembersAhead
        let memberCount: Int
    }

    /// Of the pages of a window; each is kept until its page takes it.
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
    /// Whether members are added ahead however few: an interrupted run may have left some of them, and what goes ahead is looked
    /// at in that case.
    private let evenIfFew: Bool
    /// Of those that are not done with yet.
    private let windows = Mutex<[Window]>([])
    private let ahead = Mutex(0)

    /// Members that were added, or are being added, and whose page nobody has written yet.
    var countAhead: Int { ahead.withLock { $0 } }

    init(_ store: HoldStore, _ repairs: HoldRepairs, _ policy: Policy, evenIfFew: Bool) {
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
        // Orders without items have got their tickets since.
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

    /// A page has come to its end.
    func finish(_ share: Share) {
        let count = share.memberCount
        ahead.withLock { $0 -= count }
    }

    /// Nobody asks any more.
    func end() {
        for window in windows.withLock({ $0 }) { window.shares.cancel() }
    }

    private func add(_ pages: [EventPage]) async throws -> Shares {
        let now = try await store.time()
        let creations = pages.map { $0.creations(policy, now: now) }
        let small = zip(pages, creations).map { page, creations in
            repairs.writable(creations, of: page.table).map { creations[$0] }
        }
        let all = NewMembers(zip(pages, small).map { ($0.table, $1) })
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
    /// What is created of the events whose rows say it alone.
    func creations(_ policy: Policy, now: Timestamp) -> [EventCreation] {
        table.events.indices.compactMap { place in
            isPlain(at: place) ? EventCreation(place, of: table, policy: policy, now: now) : nil
        }
    }
}
