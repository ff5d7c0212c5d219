/// The way back of one hold: its hash and its index member.
package enum HoldReturn: Sendable, Hashable {
    /// It is as it was, or would be by now.
    case none
    /// The change, and the hash that is there after it; `nil` where there is none.
    case change(HoldChange, leaving: WholeHash?)
    /// It is not as the run has left it.
    case moved
    /// It was no hash, and that is not put back.
    case noHash

    /// - Parameter hold: as it is now.
    package init(of hold: HoldSurvey, to earlier: EarlierState.Hold, now: Timestamp) {
        // A hash whose time is over would be gone by now.
        var before: WholeHash?
        switch earlier.before {
        case .absent: break
        case .untouched:
            self = Self.member(of: hold, to: earlier.score)
            return
        case .hash(let hash): before = hash.expiresAt.map { $0 <= now.milliseconds } ?? false ? nil : hash
        case .otherType:
            self = .noHash
            return
        }
        let fence = before.map { HoldFence($0) } ?? .absent
        let score = hold.score.text
        // Where the run has left the same status and expiry, other entries may stand behind them.
        let isLeft = earlier.left.contains { $0.fence == fence }
        let isSame = hold.fence == fence && (before.map { !isLeft || hold.hasContent(of: $0, now: now) } ?? true)
        if isSame, score == earlier.score {
            self = .none
            return
        }
        guard earlier.left.contains(EarlierState.Hold.Left(fence: hold.fence, score: score)) else {
            self = .moved
            return
        }
        let hash: HashEdit
        switch (isSame, before) {
        case (true, _): hash = .keep
        case (false, let before?): hash = .whole(before)
        case (false, nil): hash = .delete
        }
        let index: IndexEdit =
            score == earlier.score ? .keep : earlier.score.map { .text($0) } ?? .remove
        self = .change(HoldChange(token: hold.token, fence: hold.fence, hash: hash, index: index), leaving: before)
    }

    /// The way back of an index member that went with the whole index, whatever has become of the hash since.
    private static func member(of hold: HoldSurvey, to score: [UInt8]?) -> HoldReturn {
        guard hold.score.text != score, let score else { return .none }
        guard hold.score == .noMember else { return .moved }
        return .change(HoldChange(token: hold.token, fence: hold.fence, hash: .keep, index: .text(score)), leaving: nil)
    }
}

extension IndexScore {
    /// The score as Redis prints it; `nil` without a member.
    package var text: [UInt8]? {
        if case .score(let text) = self { text } else { nil }
    }
}

extension HoldSurvey {
    /// Returns the survey of the hold once it has gone back.
    package func after(_ change: HoldChange, leaving hash: WholeHash?, score: [UInt8]?) -> HoldSurvey {
        let score = score.map { IndexScore.score($0) } ?? .noMember
        if change.hash == .keep {
            return HoldSurvey(token: token, state: state, fence: fence, score: score, remains: remains)
        }
        guard let hash else { return HoldSurvey(token: token, state: .absent, fence: .absent, score: score) }
        return HoldSurvey(token: token, hash, score: score)
    }

    /// Whether the hash says the same as this one.
    fileprivate func hasContent(of hash: WholeHash, now: Timestamp) -> Bool {
        settled(at: now).state == HoldSurvey(token: token, hash, score: score).settled(at: now).state
    }

    /// Makes the survey of a hash.
    private init(token: HoldToken, _ hash: WholeHash, score: IndexScore) {
        let (status, epoch, instant) = (hash["status"], hash["expiresAtEpoch"], hash["expiresAt"])
        let state = HoldState(status: status, expiresAtEpoch: epoch, entries: hash["entries"], expiresAt: instant)
        let isWhole = if case .whole = state { true } else { false }
        self.init(
            token: token, state: state, fence: HoldFence(hash), score: score,
            remains: isWhole
                ? nil : HoldRemains(expiresAtEpoch: epoch, expiresAt: instant, metadata: hash["metadata"]))
    }
}
