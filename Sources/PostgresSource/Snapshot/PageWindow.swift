import Synchronization

/// The pages that were read together, and which of them one is.
package struct PageWindow: Sendable {
    /// Shared by the pages; the same object means the same window.
    ///
    /// They are handed out once, to whoever works on all of them ahead, and kept no longer: a page is gone when those who use it
    /// are done with it, whatever becomes of the others.
    package final class Pages: Sendable {
        package let count: Int
        private let all: Mutex<[EventPage]>

        init(_ all: [EventPage]) {
            count = all.count
            self.all = Mutex(all)
        }

        /// - Returns: all of them; none where they were taken before.
        package func take() -> [EventPage] {
            all.withLock { all in
                defer { all = [] }
                return all
            }
        }
    }

    package let pages: Pages
    package let place: Int
    /// Whether nothing was missing of the page when it was read.
    package let wasComplete: Bool
}
