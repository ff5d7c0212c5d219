import HoldModel
import PostgresSource

/// Asks SQL for the prices of what is on a bill, many at once.
struct Pricing: Sendable {
    /// Lines that are asked for together.
    private static let together = 1000

    let source: PostgresSource

    /// Prices the lines that wait. What SQL refuses is told on the bill, and ends no run.
    ///
    /// - Parameter isLast: whether all lines are priced, however few wait.
    /// - Throws: ``PostgresError`` where the connection is lost.
    func settle(_ bill: inout DriftBill, isLast: Bool) async throws {
        while bill.unpriced.count >= (isLast ? 1 : Self.together) {
            let lines = bill.unpriced.prefix(Self.together)
            do {
                let rows = try await source.prices(
                    of: Set(lines.map { CategoryPlace(event: $0.event, category: $0.category) }),
                    holds: Set(lines.compactMap(\.hold)))
                if let problem = rows.problem {
                    bill.leavePrices(because: problem)
                } else {
                    bill.price(lines.count, by: rows)
                }
            } catch let error as PostgresError where error.sqlState != nil {
                bill.leavePrices(because: "\(error)")
            }
        }
    }
}
