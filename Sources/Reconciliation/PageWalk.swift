import HoldModel
import PostgresSource

/// Gives the events to look at, a page at a time, in byte order. Ids are fetched many pages ahead: they are small, and
/// finding the next ones costs SQL the same for a few as for many.
struct PageWalk {
    private static let idsAhead = 10_000

    private let source: PostgresSource
    private let pageSize: Int
    private let shard: Shard
    private var ids: ArraySlice<EventID>
    private var last: EventID?
    private var isExhausted: Bool

    /// - Parameters:
    ///   - events: the events asked for; `nil` for all.
    ///   - shard: whose events of those are given.
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

    /// The events that come next, as far as they are known, with how many of them the next page has at the most; `nil`
    /// behind the last.
    mutating func next() async throws -> (ids: ArraySlice<EventID>, limit: Int)? {
        // Enough for the snapshot that is made ready while one is read.
        while ids.count < Self.idsAhead && !isExhausted {
            let found = try await source.events(after: last, limit: Self.idsAhead)
            last = found.last ?? last
            isExhausted = found.count < Self.idsAhead
            ids = (Array(ids) + (shard.isWhole ? found : found.filter { shard.owns($0) }))[...]
        }
        return ids.isEmpty ? nil : (ids, pageSize)
    }

    /// Goes on behind the first of them.
    mutating func advance(by count: Int) {
        ids = ids.dropFirst(count)
    }

    /// The next page; `nil` behind the last.
    mutating func nextPage() async throws -> [EventID]? {
        guard let (ids, limit) = try await next() else { return nil }
        let page = Array(ids.prefix(limit))
        advance(by: page.count)
        return page
    }
}
