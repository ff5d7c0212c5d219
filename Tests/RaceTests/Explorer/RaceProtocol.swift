import HoldModel
import Reconciliation
import RedisStore

/// What the program's looks are asked for, what their driver does, and what a mutation makes of both.
struct RaceProtocol: Sendable, Hashable {
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

    enum JournalTime: Sendable, Hashable {
        case none
        case ahead
        /// After the slice.
        case behind
    }

    /// What the program asks of its looks, or a mutation of it.
    var looking = StableLook.Rules()
    /// Looks before the run leaves the event.
    var looks = 3 {
        didSet { looking.attempts = looks }
    }
    /// Keys in one script where the event is larger than a slice: one survey and one apply for each.
    var slice: Int?
    var judgement = Judgement.right
    /// Another order of slices than the program's.
    var phases: [PlanSlices.Phase]?
    /// Whether the first look asks for the keyspace, as where one before it has shown a leak.
    var asksForKeyspace = false
    /// Whether the keyspace is walked where a look asks for it.
    var walksKeyspace = true
    /// How old an accepted order must be for evidence to count, in seconds.
    var abandonedAfter = Policy().abandonedAfter
    /// Whether lists that were not read count as lists without a message.
    var takesUnreadForEmpty = false
    /// Whether and when a slice is recorded.
    var journal = JournalTime.none
    /// Whether a change is compared with the planned one.
    var comparesItems = true
    /// Whether an undo asks that counts are as they were left.
    var fencesUndo = true
    /// Whether a look at a standby asks how far that has come.
    var asksStandby = true

    init() { readsEvidence = false }

    /// Whether looks read the third witness.
    var readsEvidence: Bool {
        get { looking.steps.contains(.lists) }
        set {
            looking.steps = StableLook.Rules().steps.filter { newValue || $0 != .answers && $0 != .lists }
        }
    }

    /// One look is enough to put seats on sale, as with `--release-after 0`, and there is none before it.
    mutating func needsOneLook() {
        looking.releaseAfter = .zero
        asksForKeyspace = true
        looks = 1
    }
}
