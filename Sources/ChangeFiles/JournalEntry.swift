package import HoldModel

/// What one change is about to do: the keys as they are before it, and what it leaves. It is on disk before the change.
package struct JournalEntry: Sendable, Hashable {
    package struct Hold: Sendable, Hashable {
        package let token: HoldToken
        package let before: KeyImage
        /// The score of the index member; `nil` where there was none.
        package let score: [UInt8]?
        /// What the change leaves of the hash.
        package let after: HoldFence
        package let index: IndexEdit

        package init(token: HoldToken, before: KeyImage, score: [UInt8]?, after: HoldFence, index: IndexEdit) {
            (self.token, self.before, self.score, self.after, self.index) = (token, before, score, after, index)
        }
    }

    package struct Counts: Sendable, Hashable {
        package let category: CategoryID
        package let before: KeyImage
        /// What the change leaves, its version included.
        package let after: InventoryState

        package init(category: CategoryID, before: KeyImage, after: InventoryState) {
            (self.category, self.before, self.after) = (category, before, after)
        }
    }

    package var subject: PlannedItem.Subject
    package var holds: [Hold]
    package var counts: [Counts]

    package init(_ subject: PlannedItem.Subject, holds: [Hold] = [], counts: [Counts] = []) {
        (self.subject, self.holds, self.counts) = (subject, holds, counts)
    }
}

/// What became of an entry, where it was not simply written.
package enum JournalOutcome: String, Sendable, CaseIterable {
    /// Redis had changed, or an error came first: nothing was written.
    case unwritten
    /// An error came instead of the answer.
    case unknown
}
