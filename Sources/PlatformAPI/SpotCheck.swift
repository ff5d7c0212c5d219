package import HoldModel

/// What the API said of one hold beside what SQL and Redis say of it: a value, and the comparison a pure function of it.
///
/// Everything about the hold itself is nobody else's, so it must be equal to the letter. The category's counts are
/// shared with every buyer: they must be equal to the seat where the category's `version` shows that the hold was the
/// only change between the two looks, and add up in any case.
package struct SpotCheck: Sendable {
    /// Seconds by which clocks, and the time that the request took, may move an expiry.
    static let tolerance: Int64 = 5

    package let asked: SeatRequest
    package let answer: HoldAnswer
    package let before: CategorySight
    /// While the hold stands.
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

    /// Everything that was compared, in the order of a page.
    package var lines: [SpotLine] {
        holdLines + expiryLines + answerLines + countLines + [sqlLine]
    }

    /// Whether the hold in Redis is the one that was asked for, and so may be given back: a token that belongs to somebody
    /// else is not touched.
    package var isOurs: Bool {
        hold.details.requester == asked.requester
    }

    /// Whether everything is as it must be and nobody else changed the category: then there is no second hold either.
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

    /// What the API says of the category; `nil` where it says nothing.
    var answered: HoldAnswer.Category? {
        answer.categories.first { $0.categoryId == asked.category }
    }
}
