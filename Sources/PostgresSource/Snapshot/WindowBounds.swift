/// How much of SQL one snapshot holds in memory at the most.
package struct WindowBounds: Sendable {
    /// Events without orders.
    let events: Int
    /// Events with orders: each snapshot reads all of `order_items`, so the fewer the better.
    let eventsWithOrders: Int
    /// Of rows, in bytes.
    let size: Int

    /// Beside what a run that looks keeps of every token.
    package static let looking = WindowBounds(events: 10_000, eventsWithOrders: 10_000, size: 64 << 20)
    /// Of a run that writes what an emptied Redis lacks, and keeps nothing of any token.
    package static let writing = WindowBounds(events: 10_000, eventsWithOrders: 18_000, size: 96 << 20)
}
