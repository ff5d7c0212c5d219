/// The bounds of what one snapshot keeps in memory.
package struct WindowBounds: Sendable {
    /// How many events, where they have no orders.
    let events: Int
    /// How many events, where they have orders. Each snapshot reads all of `order_items`, so few snapshots are better.
    let eventsWithOrders: Int
    /// The size of rows, in bytes.
    let size: Int

    /// The bounds for a run that looks, which also keeps something of every token.
    package static let looking = WindowBounds(events: 10_000, eventsWithOrders: 10_000, size: 64 << 20)
    /// The bounds for a refill, which keeps nothing of any token.
    package static let writing = WindowBounds(events: 10_000, eventsWithOrders: 18_000, size: 96 << 20)
}
