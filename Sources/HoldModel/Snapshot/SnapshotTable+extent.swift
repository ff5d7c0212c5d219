/// How much tables have of everything.
///
/// An array that grows has room for up to twice of what is in it, and tables are most of what a run keeps; those that are read
/// one behind the other are much alike.
extension SnapshotTable {
    package struct Extent: Sendable, Equatable {
        fileprivate var events = 0
        fileprivate var bytes = 0
        fileprivate var categories = 0
        fileprivate var orders = 0
        fileprivate var lines = 0

        package init() {}

        package mutating func add(_ table: SnapshotTable) {
            events += table.events.count
            bytes += table.bytes.count
            categories += table.categories.count
            orders += table.orders.count
            lines += table.lines.count
        }
    }

    /// Makes room for as much of everything for each of its events as others have on average, and some more.
    package mutating func reserve(like others: Extent) {
        guard others.events > 0 else { return }
        func room(_ count: Int) -> Int {
            let wanted = count * events.count / others.events * 17 / 16
            // In steps, so that what one table gives back fits the next, which is nearly as large.
            let step = max(1, (1 << (Int.bitWidth - wanted.leadingZeroBitCount)) >> 4)
            return (wanted + step - 1) / step * step
        }
        bytes.reserveCapacity(room(others.bytes))
        categories.reserveCapacity(room(others.categories))
        orders.reserveCapacity(room(others.orders))
        lines.reserveCapacity(room(others.lines))
    }
}
