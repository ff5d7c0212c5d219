package import HoldModel
import LocalFiles

extension EarlierState {
    /// Makes the state of a subject from the entries of one run, the oldest first: the keys are as the first one that touched
    /// them saw them, and were left as the last one did.
    package init(_ entries: [JournalEntry]) {
        self.init()
        for entry in entries {
            for hold in entry.holds {
                holds[hold.token, default: Hold(before: hold.before, score: hold.score, left: [])].left.append(
                    Hold.Left(fence: hold.after, score: hold.scoreAfter))
            }
            for change in entry.counts {
                counts[change.category, default: Counts(before: change.before, left: [])].left.append(change.after)
            }
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
