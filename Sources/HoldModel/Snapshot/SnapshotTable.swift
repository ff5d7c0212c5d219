/// The rows that SQL has of a page of events: all texts in one array of bytes, and rows that refer to them.
///
/// Nearly every row agrees with Redis and is compared once. A value for each of its ids would cost more than the
/// comparison, so an ``EventSnapshot`` is made of these rows only where there is more to say of an event.
package struct SnapshotTable: Sendable {
    /// A text among the table's bytes.
    package struct Text: Sendable, Hashable {
        private let start: UInt32
        private let count: UInt32

        /// - Parameter range: within the first four gigabytes, which no page of events comes near.
        package init(_ range: Range<Int>) {
            start = UInt32(range.lowerBound)
            count = UInt32(range.count)
        }

        package var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
        package var isEmpty: Bool { count == 0 }
    }

    package struct Event: Sendable {
        package let id: Text
        package var categories = 0..<0
        package var orders = 0..<0
        /// Whether its rows are usual: there is no fault, each order has a token that no other has and that is not the
        /// name of the index, and each line names a category that is there.
        package var isPlain = true

        package init(id: Text) {
            self.id = id
        }
    }

    package struct Category: Sendable {
        package let id: Text
        /// `quantity_total`, seats.
        package let total: Int64
        /// `quantity_sold`, seats.
        package let sold: Int64

        package init(id: Text, total: Int64, sold: Int64) {
            self.id = id
            self.total = total
            self.sold = sold
        }
    }

    /// An order that carries a hold; laid out in 64 bytes, since a window of snapshots keeps hundreds of thousands.
    package struct OrderRow: Sendable {
        /// Stands for an instant that the row does not have.
        private static let none = Int64.min

        package let id: Text
        package let token: Text
        private let expiry: Int64
        private let creation: Int64
        private let payment: Int64
        private let update: Int64
        /// The indices of its first and its last line; `-1` where it has none.
        fileprivate(set) package var firstLine: Int32 = -1
        fileprivate var lastLine: Int32 = -1
        package let status: OrderStatus?

        package init(
            id: Text, token: Text, status: OrderStatus?, expiresAt: Timestamp?, createdAt: Timestamp?,
            paidAt: Timestamp?, updatedAt: Timestamp?
        ) {
            self.id = id
            self.token = token
            self.status = status
            expiry = expiresAt?.milliseconds ?? Self.none
            creation = createdAt?.milliseconds ?? Self.none
            payment = paidAt?.milliseconds ?? Self.none
            update = updatedAt?.milliseconds ?? Self.none
        }

        package var expiresAt: Timestamp? { Self.instant(expiry) }
        package var createdAt: Timestamp? { Self.instant(creation) }
        package var paidAt: Timestamp? { Self.instant(payment) }
        package var updatedAt: Timestamp? { Self.instant(update) }

        package var isOfOneLine: Bool { firstLine >= 0 && firstLine == lastLine }

        package var times: OrderTimes {
            OrderTimes(status: status, expiresAt: expiresAt, createdAt: createdAt, paidAt: paidAt)
        }

        private static func instant(_ milliseconds: Int64) -> Timestamp? {
            milliseconds == none ? nil : Timestamp(milliseconds: milliseconds)
        }
    }

    /// Seats of one category that an order asks for.
    package struct Line: Sendable {
        package let category: Text
        /// Seats; one or more.
        package let quantity: Int64
        /// Its index among the categories of the order's event; `-1` where that event does not have it.
        package let position: Int32
        /// The index of the order's next line; `-1` after the last.
        fileprivate(set) package var next: Int32 = -1

        package init(category: Text, position: Int32, quantity: Int64) {
            self.category = category
            self.position = position
            self.quantity = quantity
        }
    }

    /// What makes rows unusable, in words, by their index in ``events``, in ``categories`` and in ``orders``.
    package struct Faults: Sendable {
        package var events: [Int: String] = [:]
        package var categories: [Int: String] = [:]
        package var orders: [Int: String] = [:]
    }

    package var bytes: [UInt8] = []
    package var events: [Event] = []
    package var categories: [Category] = []
    package var orders: [OrderRow] = []
    package internal(set) var lines: [Line] = []
    package internal(set) var faults = Faults()

    package init() {}

    /// Returns a text's first eight bytes as a number that sorts as they do.
    package func head(of text: Text) -> UInt64 {
        let start = text.range.prefix(8)
        return start.reduce(0) { $0 << 8 | UInt64(bytes[$1]) } << (8 * UInt64(8 - start.count))
    }

    /// The memory of the table, about, in bytes.
    package var size: Int {
        bytes.count + events.count * MemoryLayout<Event>.stride + categories.count * MemoryLayout<Category>.stride
            + orders.count * MemoryLayout<OrderRow>.stride + lines.count * MemoryLayout<Line>.stride
    }

    package mutating func addLine(_ line: Line, toOrder order: Int) {
        let place = Int32(lines.count)
        if orders[order].lastLine < 0 {
            orders[order].firstLine = place
        } else {
            lines[Int(orders[order].lastLine)].next = place
        }
        orders[order].lastLine = place
        lines.append(line)
    }

    /// Notes what makes an order unusable. The first fault of an order stays.
    package mutating func setFault(_ fault: String, ofOrder order: Int, in event: Int) {
        events[event].isPlain = false
        faults.orders[order] = faults.orders[order] ?? fault
    }

    package mutating func setFault(_ fault: String, ofEvent event: Int) {
        events[event].isPlain = false
        faults.events[event] = faults.events[event] ?? fault
    }

    package mutating func setFault(_ fault: String, ofCategory category: Int, in event: Int) {
        events[event].isPlain = false
        faults.categories[category] = faults.categories[category] ?? fault
    }
}
