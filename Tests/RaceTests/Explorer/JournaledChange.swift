import ChangeFiles
import HoldModel

/// What a run has changed, seen from outside: the keys before it, and as it has left them.
struct JournaledChange: Sendable, Hashable {
    /// One key; `nil` where there is none.
    struct Key<Value: Sendable & Hashable>: Sendable, Hashable {
        let before: Value?
        var after: Value?
        /// Whether somebody else has changed it between two changes of the run.
        var isBroken = false

        mutating func change(from old: Value?, to new: Value?) {
            isBroken = isBroken || old != after
            after = new
        }
    }

    let earlier: RedisImage
    /// Whether anybody else has changed anything since.
    var isTouched = false
    var counts: [Int: Key<RedisImage.Counts>] = [:]
    var holds: [Int: Key<RedisImage.HoldFacts>] = [:]
}

extension RaceReconciler {
    var isUndoing: Bool {
        if case .change(let run) = self { run.stage == .undo } else { false }
    }

    /// Whether this is what the journal says that a change was about to leave. If the run was killed before it was made, the
    /// platform may have done just the same, and nobody can tell.
    fileprivate func hasRecorded(_ counts: RedisImage.Counts?, of category: String) -> Bool {
        guard case .change(let run) = self, let counts else { return false }
        func text(_ number: Int64) -> [UInt8] { Array(String(number).utf8) }
        let fields = InventoryFields(
            total: text(counts.total), sold: text(counts.sold), pending: text(counts.pending),
            available: text(counts.available), version: text(counts.version))
        return run.recorded.contains { entry in
            entry.counts.contains { $0.category == CategoryID(category) && $0.after == .hash(fields) }
        }
    }

    fileprivate func hasRecorded(_ hash: RedisImage.HoldFacts, of hold: RaceHold) -> Bool {
        guard case .change(let run) = self else { return false }
        let fence = HoldFence.hash(
            status: hash.status.map { Array($0.utf8) }, expiresAtEpoch: hash.expiry.map { Array($0.utf8) })
        return run.recorded.contains { entry in
            entry.holds.contains { $0.token == HoldToken(hold.token) && $0.after == fence }
        }
    }
}

extension World {
    /// Notes what a run that keeps a journal has changed.
    mutating func noteChange(from old: World) {
        guard case .change = reconciler, !old.reconciler.isUndoing, image != old.image else { return }
        var change = change ?? JournaledChange(earlier: old.image)
        for position in model.categories.indices {
            let (before, after) = (old.image.counts(position), image.counts(position))
            if before == after { continue }
            change.counts[position, default: .init(before: before, after: before)].change(from: before, to: after)
        }
        for position in model.holds.indices {
            let (before, after) = (old.image.hold(position), image.hold(position))
            if before == after { continue }
            change.holds[position, default: .init(before: before, after: before)].change(from: before, to: after)
        }
        self.change = change
    }

    /// Notes that somebody else has changed something.
    mutating func noteTouch(from old: World) {
        if image != old.image { change?.isTouched = true }
    }

    /// What must hold of a step that applies a plan: counts become what the plan says.
    func faultInApply(from old: World) -> String? {
        guard case .change(let run) = old.reconciler, run.stage == .apply, let planned = run.planned else { return nil }
        for position in model.categories.indices where image.counts(position) != old.image.counts(position) {
            let category = CategoryID(model.categories[position])
            let counts = image.counts(position)
            // A slice that comes before holds puts nothing on sale.
            if old.image.isAbsent(category: position), counts?.available == 0 { continue }
            let isPlanned = planned.counts.contains { change in
                change.category == category && change.after?.total == counts?.total
                    && change.after?.sold == counts?.sold
                    && change.after?.pending == counts?.pending && change.after?.available == counts?.available
                    && change.version == counts?.version
            }
            if !isPlanned { return "\(category) was changed, and not as the plan says" }
        }
        return nil
    }

    /// What must hold of a step of an undo: it brings back what the run has found, where it is as the run has left it.
    mutating func faultInUndo(from old: World) -> String? {
        if old.image.lease != Bench.owner && image != old.image { return "a run without the lease wrote" }
        for position in model.categories.indices where image.counts(position) != old.image.counts(position) {
            let key = change?.counts[position]
            guard
                !(key?.isBroken ?? false) && key?.after == old.image.counts(position)
                    && key?.before?.withoutVersion == image.counts(position)?.withoutVersion
                    || old.reconciler.hasRecorded(old.image.counts(position), of: model.categories[position])
            else { return "\(model.categories[position]) was changed by an undo, and is not as the run had left it" }
        }
        for position in model.holds.indices where image.hold(position) != old.image.hold(position) {
            let key = change?.holds[position]
            guard
                !(key?.isBroken ?? false) && key?.after == old.image.hold(position)
                    && key?.before == image.hold(position)
                    || old.reconciler.hasRecorded(old.image.hold(position), of: model.holds[position])
            else {
                return "\(model.holds[position].token) was changed by an undo, and is not as the run had left it"
            }
            switch image.status(ofHold: position) {
            case "held": model.holds[position].life = .held
            case "checkout_pending": model.holds[position].life = .claimed
            case "checkout_committed": model.holds[position].life = .committed
            default:
                let mayEnd = model.holds[position].mayEnd(now: model.now, grace: Course.grace)
                if old.image.isActive(position), mayEnd { model.holds[position].life = .over }
            }
        }
        guard let outcome = reconciler.outcome, let change, !change.isTouched else { return nil }
        switch outcome {
        case "undo: applied", "undo: agrees":
            return image.withoutVersions == change.earlier.withoutVersions
                ? nil : "an undo is done, and not all that nobody has touched is as it was"
        case "undo: moved": return "an undo says that something has moved, and nobody has touched it"
        default: return nil
        }
    }
}

extension RedisImage.Counts {
    fileprivate var withoutVersion: RedisImage.Counts {
        RedisImage.Counts(total: total, sold: sold, pending: pending, available: available, version: 0)
    }
}
