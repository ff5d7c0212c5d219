/// What an earlier run has changed of an event: the keys as they were before it, and as it left them.
package struct EarlierState: Sendable, Hashable {
    /// A hold's hash and its index member.
    package struct Hold: Sendable, Hashable {
        package struct Left: Sendable, Hashable {
            package let fence: HoldFence
            /// The score of the index member; `nil` where there is none.
            package let score: [UInt8]?

            package init(fence: HoldFence, score: [UInt8]?) {
                (self.fence, self.score) = (fence, score)
            }
        }

        package let before: KeyImage
        /// The score of the index member; `nil` where there was none.
        package let score: [UInt8]?
        /// What each change has left. A run that was killed has perhaps not made the last one.
        package var left: [Left]

        package init(before: KeyImage, score: [UInt8]?, left: [Left]) {
            (self.before, self.score, self.left) = (before, score, left)
        }
    }

    package struct Counts: Sendable, Hashable {
        package let before: KeyImage
        /// What each change has left. A run that was killed has perhaps not made the last one.
        package var left: [InventoryState]

        package init(before: KeyImage, left: [InventoryState]) {
            (self.before, self.left) = (before, left)
        }
    }

    package var holds: [HoldToken: Hold]
    package var counts: [CategoryID: Counts]

    package init(holds: [HoldToken: Hold] = [:], counts: [CategoryID: Counts] = [:]) {
        (self.holds, self.counts) = (holds, counts)
    }
}

/// The earlier states that a run goes back to, as one of its operator's decisions.
package struct EarlierStates: Sendable, Hashable {
    /// Tells one journal from another.
    private let name: String
    /// Whether the run that is undone had another database for the truth.
    package let wasOtherDatabase: Bool
    /// The state of an event, or why it cannot be read; `nil` where nothing of it was changed.
    package let state: @Sendable (EventID) -> Result<EarlierState, UnreadableState>?

    package struct UnreadableState: Error, Sendable {
        package let reason: String

        package init(reason: String) { self.reason = reason }
    }

    package init(
        named name: String, wasOtherDatabase: Bool = false,
        _ state: @escaping @Sendable (EventID) -> Result<EarlierState, UnreadableState>?
    ) {
        (self.name, self.wasOtherDatabase, self.state) = (name, wasOtherDatabase, state)
    }

    package static func == (one: EarlierStates, other: EarlierStates) -> Bool { one.name == other.name }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
