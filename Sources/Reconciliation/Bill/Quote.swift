import HoldModel
import PostgresSource

/// Why a seat has no price.
package enum MissingPrice: String, Error, Sendable, CaseIterable {
    /// SQL has none: NULL, or no row.
    case none
    case unreadable
    case negative
    /// Rows say different things.
    case contradictory
    case tooLarge
    /// Its currency is no short text, or one too many.
    case currencies
    /// Nobody asked: the run ended before, or what was lost was written from rows.
    case unread
}

/// The price of one seat, as its order's item or its category says it.
struct Quote {
    /// Currencies in one bill at the most: platforms have few, hostile rows many.
    static let mostCurrencies = 20
    private static let longestCurrency = 16

    let price: Amount
    /// Empty where SQL has none.
    let currency: String

    init(_ line: BillLine, _ rows: PriceRows) throws(MissingPrice) {
        let place = CategoryPlace(event: line.event, category: line.category)
        let ofCategory = rows.ofCategories[place] ?? []
        let paid = line.hold.flatMap { rows.ofHolds[$0]?[line.category] }?.compactMap(\.self) ?? []
        let prices = Set(paid.isEmpty ? ofCategory.compactMap(\.price) : paid)
        let currencies = Set(ofCategory.map { trimmed($0.currency ?? []) })
        guard let text = prices.first else { throw .none }
        guard prices.count == 1, currencies.count <= 1 else { throw .contradictory }
        guard let price = Amount(trimmed(text)) else { throw .unreadable }
        if price.isNegative { throw .negative }
        let currency = currencies.first ?? []
        guard currency.count <= Self.longestCurrency, let name = String(validating: currency, as: UTF8.self) else {
            throw .currencies
        }
        self.price = price
        self.currency = name
    }
}

/// Columns of a fixed length end in spaces.
private func trimmed(_ text: [UInt8]) -> [UInt8] {
    let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") }
    return Array(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
}
