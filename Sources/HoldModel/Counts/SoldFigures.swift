/// What rows of sold orders say of the seats of one category, by items and by tickets.
package struct SoldSeats: Sendable, Hashable {
    /// Seats of `order_items`.
    package var items: Int64 = 0
    /// Those of them in orders that have no ticket at all.
    package var itemsAlone: Int64 = 0
    /// Tickets that are not cancelled; `nil` where they cannot be read.
    package var tickets: Int64? = 0
    /// Those of them in orders that have no items: there each is a seat (contract section 1).
    package var ticketsAlone: Int64 = 0
    /// Cancelled tickets of orders that have items.
    package var cancelled: Int64 = 0
    /// Rows of `order_items` that tell no number of seats.
    package var unreadable: Int64 = 0

    package init(
        items: Int64 = 0, itemsAlone: Int64 = 0, tickets: Int64? = 0, ticketsAlone: Int64 = 0, cancelled: Int64 = 0,
        unreadable: Int64 = 0
    ) {
        self.items = items
        self.itemsAlone = itemsAlone
        self.tickets = tickets
        self.ticketsAlone = ticketsAlone
        self.cancelled = cancelled
        self.unreadable = unreadable
    }

    /// What was sold as the items tell it; orders without any are told by their tickets.
    package var byItems: Int64 { saturatingSum(items, ticketsAlone) }

    /// What was sold as the tickets tell it; orders without any are told by their items.
    package var byTickets: Int64? { tickets.map { saturatingSum($0, itemsAlone) } }

    fileprivate func adding(_ other: SoldSeats) -> SoldSeats {
        var tickets = tickets
        if let more = other.tickets { tickets = tickets.map { saturatingSum($0, more) } }
        return SoldSeats(
            items: saturatingSum(items, other.items), itemsAlone: saturatingSum(itemsAlone, other.itemsAlone),
            tickets: tickets, ticketsAlone: saturatingSum(ticketsAlone, other.ticketsAlone),
            cancelled: saturatingSum(cancelled, other.cancelled),
            unreadable: saturatingSum(unreadable, other.unreadable))
    }
}

/// What SQL says three times over of the seats that a category has sold: by `quantity_sold`, by the items of sold orders and
/// by their tickets.
package struct SoldFigures: Sendable, Hashable {
    /// `quantity_sold`.
    package let quantitySold: Int64
    /// Of orders of the category's event.
    package let own: SoldSeats
    /// Of orders of events that do not have the category, as where it was moved.
    package var elsewhere = SoldSeats()
    /// Sold orders of the event with neither items nor tickets: how many seats they have is not known.
    package let silentOrders: Int64

    package init(quantitySold: Int64, own: SoldSeats, silentOrders: Int64 = 0) {
        self.quantitySold = quantitySold
        self.own = own
        self.silentOrders = silentOrders
    }

    /// Whether rows that are missing, cancelled or elsewhere account for whatever differs.
    package var agree: Bool {
        accounts(own) || (elsewhere != SoldSeats() && accounts(own.adding(elsewhere)))
    }

    /// Seats by which `quantity_sold` is off, by the figure that is further from it.
    package var seatsOff: Int64 {
        [own.byItems, own.byTickets].compactMap(\.self).map { distance(quantitySold, $0) }.max() ?? 0
    }

    /// Whether they are off in the same way as others are: both may have grown meanwhile, since sales go on.
    package func differ(as other: SoldFigures) -> Bool {
        quantitySold &- own.byItems == other.quantitySold &- other.own.byItems
            && own.byTickets.map { quantitySold &- $0 } == other.own.byTickets.map { other.quantitySold &- $0 }
    }

    private func accounts(_ seats: SoldSeats) -> Bool {
        // What cannot be counted makes the others' sum too low, never too high.
        let mayBeMore = silentOrders > 0 || seats.unreadable > 0
        func accounts(_ figure: Int64) -> Bool { mayBeMore ? figure <= quantitySold : figure == quantitySold }
        guard let byTickets = seats.byTickets else { return accounts(seats.byItems) }
        guard accounts(byTickets) else { return false }
        // The items of an order stay where some of its tickets are cancelled.
        return accounts(seats.byItems) || seats.byItems == saturatingSum(byTickets, seats.cancelled)
    }
}

/// How far apart two numbers lie; the largest number there is where that is too far.
private func distance(_ one: Int64, _ other: Int64) -> Int64 {
    let (difference, overflow) = max(one, other).subtractingReportingOverflow(min(one, other))
    return overflow ? .max : difference
}

/// Hostile numbers must not stop a run.
private func saturatingSum(_ one: Int64, _ other: Int64) -> Int64 {
    let (sum, overflow) = one.addingReportingOverflow(other)
    return overflow ? .max : sum
}
