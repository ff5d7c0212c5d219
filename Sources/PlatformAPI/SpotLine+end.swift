package import HoldModel

extension SpotLine {
    /// Makes the lines about Redis after a hold was given back.
    ///
    /// - Parameter sights: the category before the hold and while it was there, where both are known.
    package static func givenBack(
        _ hold: HoldSurvey, _ inventory: InventoryState, _ sights: (before: CategorySight, after: CategorySight)?
    ) -> [SpotLine] {
        var status = "no hash"
        if case .whole(let hold) = hold.state { status = hold.status.rawValue }
        let isOver = status == HoldStatus.cancelled.rawValue && hold.score == .noMember
        let line = SpotLine(
            "given back", isOver ? .ok : .differs,
            "'\(hold.token)' is \(status), " + (hold.score == .noMember ? "not in the index" : "still in the index"))
        guard let sights, let before = sights.before.counts, case .hash(let fields) = inventory,
            let counts = fields.counts
        else { return [line] }
        let end = CategorySight(row: sights.after.row, inventory: inventory, time: sights.after.time)
        let told = "available \(counts.available), pending \(counts.pending) as before"
        // Two changes in all, the hold and its end: nobody else changed it.
        guard let first = sights.before.version, let last = end.version, last &- first == 2 else {
            return [line, SpotLine("seats", .note, "others changed the category meanwhile")]
        }
        return [line, counts == before ? SpotLine("seats", .ok, told) : SpotLine("seats", .differs, "not " + told)]
    }

    /// Makes the line that says what Redis has where the API said that there are too few seats.
    ///
    /// - Parameter message: what the API said.
    package init(outOfStock message: String, _ asked: SeatRequest, _ before: CategorySight, _ after: CategorySight) {
        let (earlier, later) = (before.inventory.seatsOnSale, after.inventory.seatsOnSale)
        let told = "API out of stock for \(asked.quantity) (\(message)), Redis \(later) available"
        switch (earlier >= asked.quantity, later >= asked.quantity) {
        case (true, true): self.init("available", before.inventory == after.inventory ? .differs : .note, told)
        case (false, false): self.init("available", .ok, told)
        case (true, false), (false, true): self.init("available", .note, told + ", \(earlier) before")
        }
    }
}
