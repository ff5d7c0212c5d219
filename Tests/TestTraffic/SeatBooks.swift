import Synchronization
package import TestPlatform

/// One category by the traffic's own books.
package struct CategoryBook: Sendable, Equatable {
    package let event: String
    package let total: Int
    package internal(set) var sold: Int
    /// Seats of holds that live.
    package internal(set) var held = 0
    /// How often sold and held have changed.
    package internal(set) var changes = 0

    package var promised: Int { sold + held }
}

/// What the traffic knows of its own seats, apart from both servers.
///
/// A hold enters the books after its acquire and leaves them before its release, so that the books never promise more
/// than the platform does: a category with more seats promised than it has is one that was sold twice.
package final class SeatBooks: Sendable {
    /// What happened so far.
    package struct Diary: Sendable {
        /// Scripts run, by name, and rounds of clients that met a sold-out category.
        package internal(set) var counts: [String: Int] = [:]
        /// Refusals that a healthy platform never gives.
        package internal(set) var refusals: [Refusal] = []
        /// Seats sold twice, counts that do not add up, versions that went back.
        package internal(set) var contradictions: [String] = []
        /// Seats of each fault that was made, by category.
        package internal(set) var injected: [Fault: [String: Int]] = [:]
    }

    private struct Contents {
        var categories: [String: CategoryBook]
        var diary = Diary()
    }

    private let contents: Mutex<Contents>

    package init(_ events: [PlatformEvent]) {
        let books = events.flatMap { event in
            event.categories.map { ($0.id, CategoryBook(event: event.id, total: $0.total, sold: $0.sold)) }
        }
        contents = Mutex(Contents(categories: Dictionary(uniqueKeysWithValues: books)))
    }

    package var diary: Diary {
        contents.withLock { $0.diary }
    }

    package var categories: [String: CategoryBook] {
        contents.withLock { $0.categories }
    }

    package func category(_ id: String) -> CategoryBook? {
        contents.withLock { $0.categories[id] }
    }

    /// After an acquire.
    func take(_ hold: PlatformHold) {
        change(hold) { $0.held += $1 }
    }

    /// Before a release.
    func letGo(_ hold: PlatformHold) {
        change(hold) { $0.held -= $1 }
    }

    /// With the confirmation in SQL.
    func sell(_ hold: PlatformHold) {
        change(hold) { book, seats in
            book.held -= seats
            book.sold += seats
        }
    }

    func note(_ fault: Fault, _ hold: PlatformHold) {
        contents.withLock { contents in
            for seats in hold.seats {
                contents.diary.injected[fault, default: [:]][seats.category, default: 0] += seats.quantity
            }
        }
    }

    func note(_ refusal: Refusal) {
        contents.withLock { $0.diary.refusals.append(refusal) }
    }

    func note(contradiction: String) {
        contents.withLock { $0.diary.contradictions.append(contradiction) }
    }

    func count(_ what: String) {
        contents.withLock { $0.diary.counts[what, default: 0] += 1 }
    }

    private func change(_ hold: PlatformHold, _ change: (inout CategoryBook, Int) -> Void) {
        contents.withLock { contents in
            for seats in hold.seats {
                guard var book = contents.categories[seats.category] else { continue }
                change(&book, seats.quantity)
                book.changes += 1
                contents.categories[seats.category] = book
                if book.promised > book.total {
                    contents.diary.contradictions.append(
                        "\(seats.category) has \(book.promised) seats promised of \(book.total): hold \(hold.token)")
                }
            }
        }
    }
}
