import RedisStore

/// Everything that the next step depends on: equal worlds have the same future.
struct World: Sendable, Hashable {
    var model: RaceModel
    var image: RedisImage
    /// How many steps each actor has taken.
    var positions: [Int]
    var reconciler: RaceReconciler
    /// What a run has changed that is to be undone.
    var change: JournaledChange?
}

/// A schedule that broke a property.
struct RaceFailure: Error, CustomStringConvertible {
    let scenario: Scenario
    let reason: String
    let choices: [Int]
    let steps: [String]

    var description: String {
        "\(scenario.name): \(reason)\n\(scenario.text)\n"
            + steps.enumerated().map { "  \($0.offset + 1). \($0.element)" }.joined(separator: "\n")
            + "\n  schedule \(choices)"
    }
}

/// Counts by hand: what Redis should say, from the model and the hold hashes alone.
struct Deviation: Sendable, Hashable {
    let sold: Int64
    let pending: Int64
    let available: Int64

    init?(_ model: RaceModel, _ image: RedisImage, category: Int) {
        guard let counts = image.counts(category) else { return nil }
        var kept: Int64 = 0
        var inFlight: Int64 = 0
        var soldInRedisOnly: Int64 = 0
        for (position, hold) in model.holds.enumerated() {
            let seats = hold.quantity(in: model.categories[category])
            if hold.keepsSeats { kept += seats }
            if hold.isSold && image.isActive(position) { inFlight += seats }
            if hold.isSoldInRedisOnly { soldInRedisOnly += seats }
        }
        sold = counts.sold - (model.sold[category] - inFlight + soldInRedisOnly)
        pending = counts.pending - kept - inFlight
        available = counts.available - model.truth(category)
    }

    var isNone: Bool { sold == 0 && pending == 0 && available == 0 }
}

extension World {
    /// What must hold after every step, whoever took it.
    ///
    /// - Returns: what is wrong.
    mutating func faultAfterStep(from old: World, byReconciler: Bool) -> String? {
        let isUndoing = byReconciler && old.reconciler.isUndoing
        if byReconciler, !isUndoing, let fault = faultInHolds(from: old) { return fault }
        if isUndoing, let fault = faultInUndo(from: old) { return fault }
        if byReconciler, let fault = faultInApply(from: old) { return fault }
        for position in model.categories.indices {
            // What was lost before sells nothing until it is back.
            if image.isAbsent(category: position) && old.image.isAbsent(category: position) { continue }
            // So was it before the run.
            if isUndoing, image.isAbsent(category: position) { continue }
            guard let counts = image.counts(position) else { return "an inventory hash is lost or malformed" }
            guard let before = old.image.counts(position) else { continue }
            let excess = counts.available - model.truth(position)
            if excess > max(before.available - old.model.truth(position), 0) {
                return
                    "\(model.categories[position]) has \(counts.available) seats on sale, and \(model.truth(position)) "
                    + "is the truth"
            }
            if counts.version < before.version {
                return "version went back from \(before.version) to \(counts.version)"
            }
            // The version is what others compare before they write.
            if counts != before && counts.version == before.version { return "counts changed without their version" }
        }
        return nil
    }

    /// A hold that the reconciler closes must be one whose time is over.
    private mutating func faultInHolds(from old: World) -> String? {
        if old.image.lease != Bench.owner && image != old.image { return "a run without the lease wrote" }
        for (position, hold) in model.holds.enumerated() {
            if old.image.status(ofHold: position) == "finalized", image.status(ofHold: position) != "finalized" {
                return "finalized hold \(hold.token) is \(image.status(ofHold: position) ?? "absent")"
            }
            // Nobody will sell it, and no hash is left that the reconciler would have to close.
            if hold.isAbandoned(now: model.now), !image.isActive(position), !old.image.isActive(position) {
                model.holds[position].life = .over
                continue
            }
            if hold.keepsSeats || hold.isSold {
                if old.image.isActive(position) && !image.isActive(position) {
                    let status = image.status(ofHold: position) ?? "absent"
                    if hold.isSold {
                        guard status == "finalized", (hold.paidAt ?? .max) + Course.grace < model.now else {
                            return "\(hold.token), sold and in flight, is \(status)"
                        }
                        model.holds[position].life = .finalized
                    } else {
                        guard hold.mayEnd(now: model.now, grace: Course.grace) else {
                            return "live hold \(hold.token) is \(status)"
                        }
                        model.holds[position].life = .over
                    }
                }
                if model.holds[position].keepsSeats, let fault = faultInKept(position, from: old) { return fault }
            }
        }
        return nil
    }

    /// A hold that lives on keeps its index member, its entries and its expiry; one that waits for the finalizer may get
    /// more time, and be committed.
    private func faultInKept(_ position: Int, from old: World) -> String? {
        let token = model.holds[position].token
        let isAccepted = model.holds[position].isAccepted
        let status = (old.image.status(ofHold: position), image.status(ofHold: position))
        // An order that was closed since the snapshot has its hold ended by the next run.
        let mayBeKept = isAccepted || model.holds[position].order != nil && status.0 != "held"
        let isCommitted = isAccepted && status.0 == "held" && status.1 == "checkout_committed"
        let expiry = (old.image.expiry(ofHold: position), image.expiry(ofHold: position))
        let isRenewed = mayBeKept && (expiry.0.flatMap { Int64($0) } ?? .max) < (expiry.1.flatMap { Int64($0) } ?? 0)
        if old.image.score(ofHold: position) != nil, image.score(ofHold: position) == nil {
            return "live hold \(token) lost its index member"
        }
        guard old.image.isActive(position) else { return nil }
        if old.image.entries(ofHold: position) != image.entries(ofHold: position)
            || !isRenewed && expiry.0 != expiry.1
            || !isCommitted && status.0 != status.1
        {
            return "live hold \(token) was changed"
        }
        return nil
    }
}
