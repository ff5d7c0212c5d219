package import HoldModel

/// One line of a plan: the changes of one event, or of what belongs to none, and what Redis was when they were planned.
///
/// Times that count from the moment of writing, such as how long a closed hold's hash is kept, are not in it. So the same
/// changes, found again later, are the same item.
package struct PlannedItem: Sendable, Hashable {
    /// What an item is about; a plan has one item of each at the most.
    package enum Subject: Sendable, Hashable {
        case event(EventID)
        /// A hold that belongs to no event of SQL, or its index member.
        case hold(HoldToken)
        /// An inventory hash of a category that SQL does not have, by its key.
        case inventory([UInt8])
        /// The index itself, which goes as a whole.
        case index
    }

    package let subject: Subject
    package let counts: [PlannedCounts]
    package let holds: [PlannedHold]

    init(_ subject: Subject, counts: [PlannedCounts] = [], holds: [PlannedHold] = []) {
        (self.subject, self.counts, self.holds) = (subject, counts, holds)
    }

    /// Makes the item of an event.
    package init(_ plan: EventPlan) {
        self.init(
            .event(plan.event), counts: plan.counts.map(PlannedCounts.init).sorted { $0.category < $1.category },
            holds: plan.holds.map(PlannedHold.init).sorted { $0.token < $1.token })
    }

    /// Makes the item of a hold that belongs to no event.
    package init(_ change: HoldChange) {
        self.init(.hold(change.token), holds: [PlannedHold(change)])
    }

    /// Makes the item of a `held` hold that is to be released by increments, as the platform's cleaner would.
    package init(releasing token: HoldToken, _ fence: HoldFence) {
        let edit = PlannedHold.Edit.close(as: .expired, reason: .expiredHold)
        self.init(.hold(token), holds: [PlannedHold(token: token, before: fence, edit: edit, member: .remove)])
    }

    /// Makes the item of an inventory hash that is to be deleted.
    package init(deleting key: [UInt8], _ state: InventoryState) {
        self.init(
            .inventory(key), counts: [PlannedCounts(category: CategoryID([]), before: state, after: nil, version: nil)])
    }

    /// Makes the item of an index that is to be removed.
    package static var removalOfIndex: PlannedItem { PlannedItem(.index) }

    /// Whether each of its changes is one of another item's: all of them, or what is left where a run was killed between two
    /// slices of that.
    package func isRest(of other: PlannedItem) -> Bool {
        let (counts, holds) = (Set(other.counts + other.counts.compactMap(\.second)), Set(other.holds))
        return subject == other.subject && self.counts.allSatisfy(counts.contains)
            && self.holds.allSatisfy(holds.contains)
    }

    /// Seats that it puts on sale; negative where it takes some off.
    package var seats: Int64 {
        counts.reduce(0) { sum, change in
            let (seats, overflow) = sum.addingReportingOverflow(change.raise)
            return overflow ? sum : seats
        }
    }
}

/// The planned counts of one category.
package struct PlannedCounts: Sendable, Hashable {
    package let category: CategoryID
    package let before: InventoryState
    /// `nil` where the hash is deleted.
    package let after: Counts?
    /// The version that is left; `nil` where it follows from the clock, or the hash is deleted.
    package let version: Int64?

    init(category: CategoryID, before: InventoryState, after: Counts?, version: Int64?) {
        (self.category, self.before, self.after, self.version) = (category, before, after, version)
    }

    init(_ change: CountChange) {
        let isCounted =
            switch change.before {
            case .absent, .otherType: true
            case .hash(let fields): fields.versionNumber != nil
            }
        self.init(
            category: change.category, before: change.before, after: change.counts,
            version: isCounted ? change.version : nil)
    }

    /// Seats that go on sale. A file may have any number.
    var raise: Int64 {
        let (raise, overflow) = (after?.available ?? 0).subtractingReportingOverflow(before.seatsOnSale)
        return overflow ? .min : raise
    }

    /// The second of the two changes that a new inventory takes around holds: the first one puts nothing on sale.
    fileprivate var second: PlannedCounts? {
        guard before == .absent, let after, let version else { return nil }
        var counts = after
        counts.available = 0
        let first = CountChange(category: category, before: before, counts: counts, version: version &- 1, raise: 0)
        return PlannedCounts(category: category, before: InventoryState(first), after: after, version: version)
    }
}

/// The planned change of one hold.
package struct PlannedHold: Sendable, Hashable {
    package enum Edit: Sendable, Hashable {
        case keep
        case delete
        /// The hash is written from its order. The expiry, in seconds since 1970, is `nil` where it follows from the clock.
        case write(as: HoldStatus, order: OrderID, lines: [SeatLine], expiresAtEpoch: Int64?)
        /// The hash lives on from the moment of writing.
        case renew(as: HoldStatus, order: OrderID)
        case date(Int64)
        case close(as: HoldStatus, reason: Cause)
    }

    package enum Member: Sendable, Hashable {
        case keep
        case remove
        case score(Int64)
        /// The score is the expiry that follows from the clock.
        case expiry
    }

    package let token: HoldToken
    package let before: HoldFence
    package let edit: Edit
    package let member: Member

    init(token: HoldToken, before: HoldFence, edit: Edit, member: Member) {
        (self.token, self.before, self.edit, self.member) = (token, before, edit, member)
    }

    init(_ change: HoldChange) {
        var followsClock = false
        let edit: Edit
        switch change.hash {
        case .keep: edit = .keep
        case .delete: edit = .delete
        case .replace(let hold):
            followsClock = hold.status != .held
            edit = .write(
                as: hold.status, order: hold.order, lines: hold.lines,
                expiresAtEpoch: followsClock ? nil : hold.expiresAtEpoch)
        case .renew(let status, let order, _, _):
            followsClock = true
            edit = .renew(as: status, order: order)
        case .date(let seconds): edit = .date(seconds)
        // No plan has one: only an undo makes it.
        case .whole: edit = .keep
        case .close(let status, _, let reason, _): edit = .close(as: status, reason: reason)
        }
        let member: Member =
            switch change.index {
            case .keep: .keep
            case .remove: .remove
            case .score(let seconds): followsClock ? .expiry : .score(seconds)
            // No plan has one: only an undo makes it.
            case .text: .keep
            }
        self.init(token: change.token, before: change.fence, edit: edit, member: member)
    }
}
