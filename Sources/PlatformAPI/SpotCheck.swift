package import HoldModel

/// Compares what the API said of one hold with what SQL and Redis say of it; a pure function of the values that it has.
///
/// Nobody else changes the hold, so everything about it must be equal to the letter. The category's counts are shared
/// with every buyer. They must be equal to the seat where the category's `version` shows that the hold was the only
/// change between the two looks; in any case they must add up.
package struct SpotCheck: Sendable {
    /// Seconds by which clocks, and the time that the request took, may move an expiry.
    static let tolerance: Int64 = 5

    package let asked: SeatRequest
    package let answer: HoldAnswer
    package let before: CategorySight
    /// The category while the hold is there.
    package let after: CategorySight
    /// What Redis has under the token that the API named, at the instant of ``after``.
    package let hold: HoldSight
    /// Orders of that token in SQL.
    package let orders: [OrderID]
    /// Seconds that the platform holds seats.
    package let holdTTL: Int64

    package init(
        asked: SeatRequest, answer: HoldAnswer, before: CategorySight, after: CategorySight, hold: HoldSight,
        orders: [OrderID], holdTTL: Int64
    ) {
        self.asked = asked
        self.answer = answer
        self.before = before
        self.after = after
        self.hold = hold
        self.orders = orders
        self.holdTTL = holdTTL
    }

    /// Everything that was compared, in the order in which it is printed.
    package var lines: [SpotLine] {
        holdLines + expiryLines + answerLines + countLines + [sqlLine]
    }

    /// Whether the hold in Redis is the one that was asked for. Only then may it be given back: nobody else's hold is
    /// touched.
    package var isOurs: Bool {
        hold.details.requester == asked.requester
    }

    /// Whether everything is as it must be and nobody else changed the category. Then there is no second hold either.
    package var isUndisturbed: Bool {
        stoodStill && isOurs && !lines.contains { $0.result == .differs }
    }

    private var answerLines: [SpotLine] {
        let named = answer.categories.map(\.categoryId)
        guard named == [asked.category], let category = answer.categories.first else {
            let names = named.map { "'\(printable(Array($0.utf8)))'" }.joined(separator: ", ")
            return [
                SpotLine(
                    "categories", .differs,
                    "asked for '\(printable(Array(asked.category.utf8)))', API \(names.isEmpty ? "none" : names)")
            ]
        }
        let status = category.status.map { printable(Array($0.utf8)) } ?? "none"
        return [
            SpotLine(
                "reserved",
                equal: [("asked for", String(asked.quantity)), ("API", String(category.reservedQuantity))]),
            SpotLine("status", .note, "API \(status)"),
        ]
    }

    /// The category in the API's answer; `nil` where the answer does not have it.
    var answered: HoldAnswer.Category? {
        answer.categories.first { $0.categoryId == asked.category }
    }
}
