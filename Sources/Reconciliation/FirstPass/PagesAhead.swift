import AsyncAlgorithms
import HoldModel
import PostgresSource
import Synchronization

/// Reads pages ahead of the looks at them.
struct PagesAhead: Sendable {
    struct Read: Sendable {
        let events: [EventID]
        let page: EventPage
    }

    /// The pages in their order; each is passed on as soon as it was read and is asked for.
    final class Pages: Sendable {
        private let channel = AsyncThrowingChannel<Read, any Error>()
        private let state = Mutex(State.open)

        private enum State {
            case open
            /// Nobody asked for more.
            case cut
            case readToTheEnd
        }

        /// - Returns: `nil` behind the last.
        func next() async -> Result<Read?, any Error> {
            var iterator = channel.makeAsyncIterator()
            do {
                return .success(try await iterator.next())
            } catch {
                return .failure(error)
            }
        }

        /// Ends the pages: a caller that waits for one gets none.
        func end() {
            state.withLock { if $0 == .open { $0 = .cut } }
            channel.finish()
        }

        /// Whether it ended before its last page.
        var wasCut: Bool { state.withLock { $0 == .cut } }

        fileprivate func finish() {
            state.withLock { if $0 == .open { $0 = .readToTheEnd } }
            channel.finish()
        }

        /// - Returns: whether more are wanted.
        fileprivate func send(_ read: Read) async -> Bool {
            await channel.send(read)
            return !wasCut && !Task.isCancelled
        }

        fileprivate func fail(_ error: any Error) {
            channel.fail(error)
        }
    }

    let reader: PageReader
    let pages: PageWalk
    /// How long a snapshot may be used.
    let age: Duration
    let stop: StopRequest

    /// Runs `body` with the pages, while they are read; pages that `body` does not take are not read. A stop does not
    /// wait for SQL: the running statement is cancelled.
    func read(_ body: (Pages) async throws -> Void) async throws {
        let ahead = Pages()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await send(to: ahead) }
            group.addTask {
                // Cancelled where the walk ends first.
                guard (try? await stop.wait()) != nil else { return }
                ahead.end()
            }
            defer { group.cancelAll() }
            try await body(ahead)
        }
    }

    private func send(to ahead: Pages) async {
        do {
            var pages = pages
            while let ids = try await pages.next() {
                let page = try await reader.page(of: ids, limit: pages.pageSize, age: age)
                let events = Array(ids.prefix(page.table.events.count))
                pages.advance(by: events.count)
                guard await ahead.send(Read(events: events, page: page)) else { return }
            }
            ahead.finish()
        } catch {
            ahead.fail(error)
        }
    }
}
