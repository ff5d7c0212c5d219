import HoldModel
import PostgresSource

/// Returns the events to look at, a page at a time, in byte order. Ids are fetched many pages ahead: they are small,
/// and to find the next ones costs SQL the same for a few as for many.
struct PageWalk {
    /// How many ids are fetched ahead: those left of the present snapshot, and those of the next one.
    private static let idsAhead = 28_000
    private static let idsAtOnce = 10_000

    private let source: PostgresSource
    /// How many events a page has at the most.
    let pageSize: Int
    private let shard: Shard
    private var ids: ArraySlice<EventID>
    private var last: EventID?
    private var isExhausted: Bool

    /// - Parameters:
    ///   - events: the events asked for; `nil` for all.
    ///   - shard: the shard whose events are returned.
    init(_ source: PostgresSource, events: [EventID]?, pageSize: Int, shard: Shard) async throws {
        self.source = source
        self.pageSize = pageSize
        self.shard = shard
        if let events {
            ids = try await source.existingEvents(events).filter { shard.owns($0) }[...]
        } else {
            ids = []
        }
        isExhausted = events != nil
    }

    /// Returns the next events, as far as they are known; `nil` after the last.
    mutating func next() async throws -> ArraySlice<EventID>? {
        // Enough for the snapshots that are made ready while one is used.
        while ids.count < Self.idsAhead && !isExhausted {
            let found = try await source.events(after: last, limit: Self.idsAtOnce)
            last = found.last ?? last
            isExhausted = found.count < Self.idsAtOnce
            ids = (Array(ids) + (shard.isWhole ? found : found.filter { shard.owns($0) }))[...]
        }
        return ids.isEmpty ? nil : ids
    }

    /// Skips the first of them.
    mutating func advance(by count: Int) {
        ids = ids.dropFirst(count)
    }

    /// Returns the next page; `nil` after the last.
    mutating func nextPage() async throws -> [EventID]? {
        guard let ids = try await next() else { return nil }
        let page = Array(ids.prefix(pageSize))
        advance(by: page.count)
        return page
    }
}
