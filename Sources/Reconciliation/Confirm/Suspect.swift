package import HoldModel

/// An event that one look did not show to agree, and what the looks at it have shown so far.
struct Suspect: Sendable {
    var look: StableLook
    /// Whether the walk has met no key of it, and all there is to do is to write them.
    var isAbsent = false
    /// Holds that the walk over SQL has not met, and which count as scanned once they are looked at.
    var uncounted: Set<HoldToken> = []
    /// Whether this run has written it, and it did not stand as it was written: what it comes to in the end counts, once.
    var isWritten = false
    /// When it may be looked at again.
    var due = ContinuousClock.now
    /// The looks at an event that never stands still, once it has come to them.
    var hot: HotLook?

    /// - Parameter tokens: what the census knows for it.
    init(event: EventID, tokens: [HoldToken]) {
        look = StableLook(event: event, tokens: tokens)
    }

    var event: EventID { look.event }

    /// Counts what the walk over SQL has not met.
    mutating func count(_ shown: EventLook, _ scanned: inout RunTally.Scanned) {
        if uncounted.isEmpty { return }
        scanned.orders += shown.snapshot.orders.count { uncounted.contains($0.token) }
        scanned.count(shown.survey.holds.filter { uncounted.contains($0.token) })
        uncounted = []
    }
}

/// The first of the two looks that putting seats on sale takes.
package struct FirstProof: Sendable, Hashable {
    let at: ContinuousClock.Instant
    /// Redis' clock at that look. The second look judges as of it: what is over by then is what both looks can show, and
    /// where holds expire all the time no two looks would show the same otherwise.
    let now: Timestamp
    let shown: ReleaseProof
    /// The version of each category's hash.
    private let versions: [Int64?]

    /// - Parameters:
    ///   - shown: what of the look's plan puts seats on sale.
    ///   - at: when it was taken.
    package init(_ look: EventLook, _ shown: ReleaseProof, at: ContinuousClock.Instant) {
        self.at = at
        now = look.now
        self.shown = shown
        versions = Self.versions(look)
    }

    /// Whether a later look shows the same hashes, moved on or not. A version that went back says that somebody wrote one
    /// anew, as the platform's guide for a rebuild by hand does: what was seen before is no evidence of what is there now.
    func isOfSameHashes(as later: EventLook) -> Bool {
        let shown = Self.versions(later)
        return versions.count == shown.count
            && zip(versions, shown).allSatisfy { first, later in
                guard let first, let later else { return true }
                return later >= first
            }
    }

    private static func versions(_ look: EventLook) -> [Int64?] {
        look.survey.inventory.map { if case .hash(let fields) = $0 { fields.versionNumber } else { nil } }
    }
}
