package import HoldModel

/// A suspect: an event that did not agree in its first look, with what the looks at it have shown so far.
struct Suspect: Sendable {
    var look: StableLook
    /// Whether Redis has no key of it, so that all its keys have to be written.
    var isAbsent = false
    /// Whether counts may have to be changed that Redis has.
    var mayChangeCounts = true
    /// Holds to which the walk over SQL has not come. They count as scanned once they are looked at.
    var uncounted: Set<HoldToken> = []
    /// Whether this run has written it, and it was different afterwards. Only its last outcome counts.
    var isWritten = false
    /// When it may be looked at again.
    var due = ContinuousClock.now
    /// Its hot looks, once it has got any.
    var hot: HotLook?

    /// - Parameter tokens: the tokens that the census has of it.
    init(event: EventID, tokens: [HoldToken]) {
        look = StableLook(event: event, tokens: tokens)
    }

    var event: EventID { look.event }

    /// Counts the holds to which the walk over SQL has not come, and their orders.
    mutating func count(_ shown: EventLook, _ scanned: inout RunTally.Scanned) {
        if uncounted.isEmpty { return }
        scanned.orders += shown.snapshot.orders.count { uncounted.contains($0.token) }
        scanned.count(shown.survey.holds.filter { uncounted.contains($0.token) })
        uncounted = []
    }
}

/// The first of the two looks that it takes to put seats on sale.
package struct FirstProof: Sendable, Hashable {
    let at: ContinuousClock.Instant
    /// Redis' clock at that look. The second look judges as of the same instant: where holds expire all the time, two
    /// looks would never show the same otherwise.
    let now: Timestamp
    let shown: ReleaseProof
    /// The version of each category's hash.
    private let versions: [Int64?]

    /// - Parameters:
    ///   - shown: the part of the look's plan that puts seats on sale.
    ///   - at: when the look was taken.
    package init(_ look: EventLook, _ shown: ReleaseProof, at: ContinuousClock.Instant) {
        self.at = at
        now = look.now
        self.shown = shown
        versions = Self.versions(look)
    }

    /// Whether a later look shows the same hashes, changed or not. Where a version went back, somebody has written a
    /// hash anew, as the platform's guide for a rebuild by hand does; then the first look is no evidence any more.
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
