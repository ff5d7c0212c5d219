/// Which of the optional columns of money are there and may be read (contract section 1).
struct PriceColumns: Sendable {
    private static let price = "ticket_categories.price"
    private static let currency = "ticket_categories.currency"
    private static let unitPrice = "order_items.unit_price"

    /// Whether each column that is there may be read.
    private let readable: [String: Bool]

    init(_ result: borrowing QueryResult) {
        var readable: [String: Bool] = [:]
        for row in 0..<result.rowCount { readable[result.text(row, 0) ?? ""] = result.text(row, 1) == "t" }
        self.readable = readable
    }

    /// Whether any price can be read. A currency that must not be read would make one sum of different moneys.
    var tellPrices: Bool {
        readable[Self.currency] != false && readable[Self.price] != false
            && (readable[Self.price] == true || tellOrders)
    }

    /// Whether orders tell what they pay.
    var tellOrders: Bool { readable[Self.unitPrice] == true }

    /// What is missing or forbidden, in words.
    var problem: String {
        [Self.price, Self.currency, Self.unitPrice].compactMap { column in
            switch readable[column] {
            case true?: nil as String?
            case false?: "the role may not read \(column)"
            case nil: "\(column) is missing"
            }
        }.joined(separator: ", ")
    }
}

extension ConnectionHandle {
    /// Returns the columns, which are asked once for each connection.
    func priceColumns() throws -> PriceColumns {
        if let prices { return prices }
        let found = PriceColumns(try run(.priceColumns))
        prices = found
        return found
    }
}
