package import HoldModel
import LocalFiles

extension EarlierState {
    /// Makes the state of a subject from the entries of one run, the oldest first: the keys are as the first one that touched
    /// them saw them, and were left as the last one did.
    package init(_ entries: [JournalEntry]) {
        self.init()
        for entry in entries {
            for hold in entry.holds {
                let left = Hold.Left(fence: hold.after, score: hold.scoreAfter)
                guard let known = holds[hold.token] else {
                    holds[hold.token] = Hold(before: hold.before, score: hold.score, left: [left])
                    continue
                }
                holds[hold.token]?.left = known.isWhatWasLeft(hold) ? known.left + [left] : []
            }
            for change in entry.counts {
                guard let known = counts[change.category] else {
                    counts[change.category] = Counts(before: change.before, left: [change.after])
                    continue
                }
                counts[change.category]?.left = known.isWhatWasLeft(change) ? known.left + [change.after] : []
            }
        }
    }
}

extension EarlierState.Hold {
    /// Whether a later change has found what the ones before it left. If not, somebody else has changed the key in between, and
    /// it cannot go back without that: then nothing counts as left.
    fileprivate func isWhatWasLeft(_ change: JournalEntry.Hold) -> Bool {
        if change.before == before, change.score == score { return true }
        let fence: HoldFence
        switch change.before {
        case .absent: fence = .absent
        case .otherType: fence = .otherType
        case .hash(let hash): fence = HoldFence(hash)
        case .untouched: return left.last?.score == change.score
        }
        return left.contains(Left(fence: fence, score: change.score))
    }
}

extension EarlierState.Counts {
    fileprivate func isWhatWasLeft(_ change: JournalEntry.Counts) -> Bool {
        if change.before == before { return true }
        switch change.before {
        case .absent, .untouched: return left.contains(.absent)
        case .otherType: return left.contains(.otherType)
        case .hash(let hash): return left.contains(InventoryState(hash))
        }
    }
}

extension JournalEntry.Hold {
    /// The score that the change leaves.
    fileprivate var scoreAfter: [UInt8]? {
        switch index {
        case .keep: score
        case .remove: nil
        case .score(let seconds): Array(String(seconds).utf8)
        case .text(let text): text
        }
    }
}

extension EarlierStates {
    /// Makes the states of a journal's events.
    ///
    /// - Parameter wasOtherDatabase: whether its run had another database for the truth.
    package init(_ journal: Journal, at path: String, wasOtherDatabase: Bool) {
        self.init(named: path, wasOtherDatabase: wasOtherDatabase) { event in
            guard journal.has(.event(event)) else { return nil }
            do throws(UnusableFile) {
                return .success(EarlierState(try journal.entries(of: .event(event))))
            } catch {
                return .failure(UnreadableState(reason: error.description))
            }
        }
    }
}
