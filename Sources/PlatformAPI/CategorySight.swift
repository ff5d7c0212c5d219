package import HoldModel

/// One category as SQL and then Redis showed it, and when Redis did.
package struct CategorySight: Sendable, Hashable {
    package let row: CategoryRow
    package let inventory: InventoryState
    /// When Redis was read, by its own clock.
    package let time: Timestamp

    package init(row: CategoryRow, inventory: InventoryState, time: Timestamp) {
        self.row = row
        self.inventory = inventory
        self.time = time
    }

    package var counts: Counts? {
        if case .hash(let fields) = inventory { fields.counts } else { nil }
    }

    /// `version`, which grows by one with every change of the counts.
    var version: Int64? {
        if case .hash(let fields) = inventory { fields.version.flatMap { decimalInteger($0) } } else { nil }
    }

    /// Why no hold may be placed here, `nil` where one may. A release refuses counts that do not add up, so the seats
    /// of the hold could not be given back.
    package var obstacle: String? {
        if let fault = row.fault { return "its row in SQL cannot be used (\(fault))" }
        guard let counts, let version, version >= 0 else {
            return "its inventory hash in Redis is missing or malformed"
        }
        let left = Counts(total: counts.total, sold: counts.sold, pending: counts.pending)
        guard let left, left.oversold == 0, left.available == counts.available, counts.pending >= 0 else {
            return "its counts in Redis do not add up (total \(counts.total), sold \(counts.sold), "
                + "pending \(counts.pending), available \(counts.available))"
        }
        return nil
    }
}

/// A hold as Redis shows it.
package struct HoldSight: Sendable, Hashable {
    package let survey: HoldSurvey
    package let details: HoldDetails

    package init(survey: HoldSurvey, details: HoldDetails) {
        self.survey = survey
        self.details = details
    }

    package var hold: Hold? {
        if case .whole(let hold) = survey.state { hold } else { nil }
    }
}
