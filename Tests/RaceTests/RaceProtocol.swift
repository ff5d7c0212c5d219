import HoldModel

/// The order of the reconciler's steps, and what a mutation makes of them.
struct RaceProtocol: Sendable, Hashable {
    /// What one look is made of.
    enum Stage: Sendable, Hashable {
        /// What SQL knows of calls that failed.
        case answers
        /// The messages in the finalizer's lists.
        case lists
        /// The inventory hashes alone.
        case before
        /// The index, and which event each of its holds belongs to; for a proof all keys as well, in a step of its own.
        case scan
        case snapshot
        /// Hold hashes and inventory hashes.
        case survey
    }

    enum Judgement: Sendable, Hashable {
        case right
        /// Holds that SQL has sold count for nothing before the finalizer has run.
        case inFlightIsSold
        /// What SQL does not know is nothing.
        case redisOnlyIsNothing
        /// An accepted order ends a hold's time after it came.
        case acceptedExpires
        /// A hash that is finalized is as none where SQL does not show its sale.
        case finalizedIsNothing
    }

    static let shortStages: [Stage] = [.before, .scan, .snapshot, .survey]
    /// Those of a look that knows why nobody will sell an accepted order.
    static let allStages = [.answers, .lists] + shortStages

    var stages = Self.shortStages
    /// Looks that must show the same before seats are put on sale; one is what `--release-after 0` asks for.
    var proofs = 2
    /// Looks before the run leaves the event.
    var looks = 3
    /// Keys in one script where the event is larger than a slice: one survey and one apply for each.
    var slice: Int?
    var judgement = Judgement.right
    var countsBeforeHolds = false
    /// Whether the look that must prove a leak walks all keys: the cleaner drops the member of a claimed hold.
    var provesByKeyspace = true
    /// Whether seats that leave `pending` unexplained need a proof also where none goes on sale.
    var provesUnexplained = true
    /// How old an accepted order must be for evidence to count, in seconds.
    var abandonedAfter = Policy().abandonedAfter
    /// Whether lists that were not read count as lists without a message.
    var takesUnreadForEmpty = false
    /// Whether a look at a standby asks how far that has come.
    var asksStandby = true

    /// Whether a look reads the third witness.
    var readsEvidence: Bool { stages.contains(.answers) }
}
