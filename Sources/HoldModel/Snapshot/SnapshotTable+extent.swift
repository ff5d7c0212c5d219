/// The size of each array of a table, so that the next table can reserve its room at once.
///
/// An array that grows step by step has room for up to twice its content, and tables are most of a run's memory. Tables
/// that are read one after another are much alike.
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

    /// Reserves room for as much per event as other tables have on average, and some more.
    package mutating func reserve(like others: Extent) {
        guard others.events > 0 else { return }
        func room(_ count: Int) -> Int {
            let wanted = count * events.count / others.events * 17 / 16
            // Rounded up to steps, so that memory that one table frees fits the next, which is nearly as large.
            let step = max(1, (1 << (Int.bitWidth - wanted.leadingZeroBitCount)) >> 4)
            return (wanted + step - 1) / step * step
        }
        bytes.reserveCapacity(room(others.bytes))
        categories.reserveCapacity(room(others.categories))
        orders.reserveCapacity(room(others.orders))
        lines.reserveCapacity(room(others.lines))
    }
}
