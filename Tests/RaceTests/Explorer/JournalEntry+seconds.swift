import ChangeFiles
import HoldModel

extension JournalEntry {
    /// The entry with lives in whole seconds: they are off by the time that passed between two commands, and equal worlds must
    /// be equal.
    var inWholeSeconds: JournalEntry {
        JournalEntry(
            subject,
            holds: holds.map { hold in
                Hold(
                    token: hold.token, before: hold.before.inWholeSeconds, score: hold.score, after: hold.after,
                    index: hold.index)
            },
            counts: counts.map { Counts(category: $0.category, before: $0.before.inWholeSeconds, after: $0.after) })
    }
}

extension KeyImage {
    fileprivate var inWholeSeconds: KeyImage {
        guard case .hash(let hash) = self, let expiresAt = hash.expiresAt else { return self }
        return .hash(WholeHash(fields: hash.fields, expiresAt: (expiresAt + 500) / 1000 * 1000))
    }
}
