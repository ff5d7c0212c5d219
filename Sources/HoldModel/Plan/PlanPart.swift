/// Some of a plan's changes, to tell which of its findings were written where only a part of it was.
package struct PlanPart: Sendable, Hashable {
    /// Holds whose hash and index member have been written as planned.
    package var holds: Set<HoldToken>
    /// Categories whose counts have been written as planned.
    package var categories: Set<CategoryID>

    package init(holds: Set<HoldToken> = [], categories: Set<CategoryID> = []) {
        self.holds = holds
        self.categories = categories
    }

    /// Makes a part of all the plan's changes.
    package init(_ plan: EventPlan) {
        self.init(holds: Set(plan.holds.map(\.token)), categories: Set(plan.counts.map(\.category)))
    }

    package var isEmpty: Bool {
        holds.isEmpty && categories.isEmpty
    }

    package mutating func formUnion(_ other: PlanPart) {
        holds.formUnion(other.holds)
        categories.formUnion(other.categories)
    }

    /// Whether what a finding is about is among these changes.
    package func contains(_ finding: Finding) -> Bool {
        if let hold = finding.hold { return holds.contains(hold) }
        return finding.category.map(categories.contains) ?? false
    }
}
