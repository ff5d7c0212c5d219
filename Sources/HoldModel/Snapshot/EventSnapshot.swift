/// A row of `ticket_categories`.
package struct CategoryRow: Sendable, Hashable {
    package let id: CategoryID
    /// `quantity_total`, seats.
    package let total: Int64
    /// `quantity_sold`, seats.
    package let sold: Int64
    /// What makes the row unusable, in words; such a row stops its event.
    package let fault: String?

    package init(id: CategoryID, total: Int64, sold: Int64, fault: String? = nil) {
        self.id = id
        self.total = total
        self.sold = sold
        self.fault = fault
    }
}

/// What SQL says of one event, at one instant.
package struct EventSnapshot: Sendable, Hashable {
    package let event: EventID
    package let categories: [CategoryRow]
    /// Orders that may carry holds: every open one, and those of tokens that the census asked for.
    package let orders: [Order]
    /// What makes the rows unusable as a whole, in words.
    package let fault: String?

    package init(event: EventID, categories: [CategoryRow], orders: [Order], fault: String? = nil) {
        self.event = event
        self.categories = categories
        self.orders = orders
        self.fault = fault
    }
}

/// What Redis says of one event: an inventory state for each category of the snapshot, in its order, and every token
/// that SQL or the census knows.
package struct EventSurvey: Sendable, Hashable {
    package let inventory: [InventoryState]
    package let holds: [HoldSurvey]

    package init(inventory: [InventoryState], holds: [HoldSurvey]) {
        self.inventory = inventory
        self.holds = holds
    }
}
