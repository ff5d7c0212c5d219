import AsyncAlgorithms
import HoldModel
import PostgresSource

/// Reads pages ahead of those who look at them: SQL must never be waited for where Redis has work left, and a new snapshot
/// takes as long as many pages.
struct PagesAhead: Sendable {
    /// Pages that wait to be looked at; memory is bounded by them.
    private static let greatest = 4

    struct Read: Sendable {
        let events: [EventID]
        let page: EventPage
    }

    typealias Pages = AsyncBufferSequence<AsyncThrowingChannel<Read, any Error>>

    let reader: PageReader
    let pages: PageWalk
    /// How long a snapshot serves.
    let age: Duration

    /// Runs `body` with the pages, while more are read; what `body` leaves is not read.
    func read(_ body: (Pages) async throws -> Void) async throws {
        let channel = AsyncThrowingChannel<Read, any Error>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await send(to: channel) }
            defer { group.cancelAll() }
            try await body(channel.buffer(policy: .bounded(Self.greatest)))
        }
    }

    private func send(to channel: AsyncThrowingChannel<Read, any Error>) async {
        do {
            var pages = pages
            while let (ids, limit) = try await pages.next() {
                let page = try await reader.page(of: ids, limit: limit, age: age)
                let events = Array(ids.prefix(page.table.events.count))
                pages.advance(by: events.count)
                await channel.send(Read(events: events, page: page))
                try Task.checkCancellation()
            }
            channel.finish()
        } catch {
            channel.fail(error)
        }
    }
}
