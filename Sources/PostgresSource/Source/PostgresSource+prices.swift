package import HoldModel

/// What SQL says of the price of seats, as text.
package struct PriceRows: Sendable {
    package struct Price: Sendable, Hashable {
        package let price: [UInt8]?
        package let currency: [UInt8]?
    }

    /// By category; several where rows contradict each other.
    package var ofCategories: [CategoryPlace: [Price]] = [:]
    /// `unit_price` of the orders of holds; several where an order has several items of a category.
    package var ofHolds: [HoldToken: [CategoryID: [[UInt8]?]]] = [:]
    /// Why no price can be read, in words; `nil` where one can.
    package var problem: String?
}

extension PostgresSource {
    /// Reads the prices of these categories, and what the orders of these holds pay for them.
    ///
    /// Columns that are missing or forbidden are left out.
    ///
    /// - Parameters:
    ///   - places: thousands at the most, as the holds.
    /// - Throws: ``PostgresError``.
    package func prices(of places: Set<CategoryPlace>, holds: Set<HoldToken>) async throws -> PriceRows {
        try await query { handle in
            let columns = try handle.priceColumns()
            var rows = PriceRows()
            guard columns.tellPrices else {
                rows.problem = columns.problem
                return rows
            }
            // Without a price of theirs categories still tell the currency of what orders pay.
            try handle.readCategoryPrices(of: places, into: &rows)
            if columns.tellOrders, !holds.isEmpty { try handle.readUnitPrices(of: holds, into: &rows) }
            return rows
        }
    }
}

extension ConnectionHandle {
    fileprivate func readCategoryPrices(of places: Set<CategoryPlace>, into rows: inout PriceRows) throws {
        let result = try run(
            .categoryPrices,
            [
                .textArray(Set(places.map(\.event)).map(\.bytes)),
                .textArray(Set(places.map(\.category)).map(\.bytes)),
            ])
        for row in 0..<result.rowCount {
            let place = CategoryPlace(
                event: EventID(try result.required(row, 0)), category: CategoryID(try result.required(row, 1)))
            let price = PriceRows.Price(price: result.bytes(row, 2), currency: result.bytes(row, 3))
            rows.ofCategories[place, default: []].append(price)
        }
    }

    fileprivate func readUnitPrices(of holds: Set<HoldToken>, into rows: inout PriceRows) throws {
        let result = try run(.unitPrices, [.textArray(try holdable(holds.map(\.bytes)))])
        for row in 0..<result.rowCount {
            // Items of no category are of no line of the bill.
            guard let category = result.bytes(row, 1) else { continue }
            rows.ofHolds[HoldToken(try result.required(row, 0)), default: [:]][CategoryID(category), default: []]
                .append(result.bytes(row, 2))
        }
    }
}
