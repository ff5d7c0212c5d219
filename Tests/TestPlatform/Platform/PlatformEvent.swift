/// A ticket category as an organiser sets it up.
package struct PlatformCategory: Sendable, Hashable {
    package let id: String
    package let total: Int
    package let sold: Int

    package init(_ id: String, total: Int, sold: Int = 0) {
        self.id = id
        self.total = total
        self.sold = sold
    }
}

/// An event with its categories.
package struct PlatformEvent: Sendable, Hashable {
    package let id: String
    package let status: String
    package let categories: [PlatformCategory]

    package init(_ id: String, status: String = "published", categories: [PlatformCategory]) {
        self.id = id
        self.status = status
        self.categories = categories
    }
}
