import AsyncAlgorithms
import HoldModel
import PostgresSource
import Synchronization

/// Reads pages ahead of those who look at them.
struct PagesAhead: Sendable {
    struct Read: Sendable {
        let events: [EventID]
        let page: EventPage
    }

    /// The pages in their order, each as soon as it was read and somebody asks for it.
    final class Pages: Sendable {
        private let channel = AsyncThrowingChannel<Read, any Error>()
        private let hasEnded = Mutex(false)

        /// - Returns: `nil` behind the last.
        func next() async -> Result<Read?, any Error> {
            var iterator = channel.makeAsyncIterator()
            do {
                return .success(try await iterator.next())
            } catch {
                return .failure(error)
            }
        }

        /// Nobody asks for more; who waits for a page gets none.
        func end() {
            hasEnded.withLock { $0 = true }
            channel.finish()
        }

        /// - Returns: whether more are wanted.
        fileprivate func send(_ read: Read) async -> Bool {
            await channel.send(read)
            return !hasEnded.withLock { $0 } && !Task.isCancelled
        }

        fileprivate func fail(_ error: any Error) {
            channel.fail(error)
        }
    }

    let reader: PageReader
    let pages: PageWalk
    /// How long a snapshot serves.
    let age: Duration

    /// Runs `body` with the pages, while they are read; what `body` leaves is not read.
    func read(_ body: (Pages) async throws -> Void) async throws {
        let ahead = Pages()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await send(to: ahead) }
            defer { group.cancelAll() }
            try await body(ahead)
        }
    }

    private func send(to ahead: Pages) async {
        do {
            var pages = pages
            while let (ids, limit) = try await pages.next() {
                let page = try await reader.page(of: ids, limit: limit, age: age)
                let events = Array(ids.prefix(page.table.events.count))
                pages.advance(by: events.count)
                guard await ahead.send(Read(events: events, page: page)) else { return }
            }
            ahead.end()
        } catch {
            ahead.fail(error)
        }
    }
}
