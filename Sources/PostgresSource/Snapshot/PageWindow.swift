import Synchronization

/// The window of a page: the pages that were read together with it, and its position among them.
package struct PageWindow: Sendable {
    /// The pages of a window, shared by each of them; the same object means the same window.
    ///
    /// They are handed out once, to code that works on all of them ahead, and not kept after that. So each page is
    /// freed when its users are done with it, whatever becomes of the others.
    package final class Pages: Sendable {
        package let count: Int
        private let all: Mutex<[EventPage]>

        init(_ all: [EventPage]) {
            count = all.count
            self.all = Mutex(all)
        }

        /// - Returns: all pages; none where they were taken before.
        package func take() -> [EventPage] {
            all.withLock { all in
                defer { all = [] }
                return all
            }
        }
    }

    package let pages: Pages
    package let place: Int
    /// Whether the page was complete when it was read; see ``EventPage/isComplete``.
    package let wasComplete: Bool
}
