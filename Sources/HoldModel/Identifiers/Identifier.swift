/// An id exactly as the servers keep it: bytes, compared as bytes.
///
/// It is not a `String`, for which two spellings of one letter are equal, and which cannot hold invalid UTF-8. Redis
/// and the contract ("any text is an id") tell such ids apart.
package struct Identifier<Entity>: Hashable, Comparable, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package init(copying bytes: Span<UInt8>) {
        self.bytes = bytes.indices.map { bytes[$0] }
    }

    package init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.span)
        hasher.combine(bytes.count)
    }

    /// Orders ids by their bytes, as PostgreSQL's `COLLATE "C"` does for UTF-8.
    package static func < (left: Self, right: Self) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension Identifier: CustomStringConvertible {
    /// Readable and safe on a terminal: see ``printable(_:)``.
    package var description: String {
        printable(bytes)
    }
}

package enum EventEntity {}
package enum CategoryEntity {}
package enum HoldEntity {}
package enum OrderEntity {}

/// `events.id`.
package typealias EventID = Identifier<EventEntity>
/// `ticket_categories.id`.
package typealias CategoryID = Identifier<CategoryEntity>
/// `orders.hold_token`, the tail of `holds:{token}`, and the member of the index.
package typealias HoldToken = Identifier<HoldEntity>
/// `orders.id`.
package typealias OrderID = Identifier<OrderEntity>
