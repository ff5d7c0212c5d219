package import HoldModel

/// A category by its event, since ids may come in several events.
package struct CategoryPlace: Sendable, Hashable, Comparable {
    package let event: EventID
    package let category: CategoryID

    package init(event: EventID, category: CategoryID) {
        self.event = event
        self.category = category
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.event == right.event ? left.category < right.category : left.event < right.event
    }
}

/// What SQL says of the seats that one category has sold.
package struct SoldCategory: Sendable, Hashable {
    package let place: CategoryPlace
    package var figures: SoldFigures
}
