/// How people are told that SQL contradicts itself, or an order its hold. No command repairs that, since only people know which
/// side is right.
extension Finding {
    /// - Parameter query: shows the figures in psql.
    package init(_ figures: SoldFigures, of category: CategoryID, in event: EventID, query: String) {
        self.init(
            .sqlSoldDiffers, event: event, category: category, seats: figures.seatsOff,
            detail: figures.words + ": " + query, outcome: .noted)
    }

    /// - Parameter differences: at least one.
    package init(_ differences: [SeatDifference], of order: Order, hash: FindingState) {
        let shown = differences.prefix(Self.shownDifferences).map {
            "'\($0.category)' \($0.ordered) in the order and \($0.held) in the hold"
        }
        let rest = differences.count - shown.count
        self.init(
            .orderSeatsDiffer, event: order.event, category: differences.count == 1 ? differences[0].category : nil,
            hold: order.token,
            seats: differences.reduce(0) { sum, difference in
                let (next, overflow) = sum.addingReportingOverflow(difference.seats)
                return overflow ? .max : next
            }, before: hash, after: hash,
            detail: "order \(order.id) (\(order.status?.rawValue ?? "unknown")): seats of category "
                + shown.joined(separator: ", of ") + (rest > 0 ? ", and of \(rest) more" : "")
                + "; until it is sold, those of the hold count", outcome: .noted)
    }

    /// Categories that are named one by one.
    private static let shownDifferences = 5
}

extension SoldFigures {
    fileprivate var words: String {
        var words = "quantity_sold is \(quantitySold), sold orders have \(own.items) seats in their items"
        if let tickets = own.tickets { words += " and \(tickets) valid tickets" }
        let rest = [
            (own.itemsAlone, "seats of orders without tickets"), (own.ticketsAlone, "tickets of orders without items"),
            (own.cancelled, "cancelled tickets"), (own.unreadable, "items whose seats cannot be read"),
            (silentOrders, "sold orders of the event with neither"),
            (elsewhere.items, "items of orders of events that do not have the category"),
            (elsewhere.tickets ?? 0, "tickets of such orders"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return rest.isEmpty ? words : "\(words) (\(rest.joined(separator: ", ")))"
    }
}
