import HoldModel

/// Adds the rows of pages that are ``PageDetail/brief``.
extension SnapshotTableAssembly {
    /// Adds the current row of a stream of orders, in which each row is an order of its own. Whether an item comes
    /// twice is not checked: where a hash is whole its own entries count, and where it is not the event is read again.
    ///
    /// - Parameter event: the index of the row's event.
    /// - Returns: how many bytes it takes, about.
    mutating func addBriefOrder(_ row: CopyRows, to event: Int) throws(PostgresError) -> Int {
        let before = table.size
        let hash = row.hash(1)
        let known = grouping.place(hash: hash) { place in
            owners[place] == Int32(event) && row.isEqual(1, to: table.bytes, table.orders[place].token.range)
        }
        let nothing = table.bytes.count..<table.bytes.count
        let token = row.append(1, to: &table.bytes) ?? SnapshotTable.Text(nothing)
        let status = row.orderStatus(2)
        let (expiry, creation) = (try row.instant(3), try row.instant(4))
        let payment = try row.instant(6)
        let isUnusable = try row.flag(5)
        if isUnusable || known != nil || status == nil || expiry == .unusable || creation == .unusable
            || !isUsual(token)
        {
            table.events[event].isPlain = false
        }
        grouping.add(table.orders.count, hash: hash)
        table.orders.append(
            SnapshotTable.OrderRow(
                id: SnapshotTable.Text(nothing), token: token, status: status, expiresAt: expiry?.usable,
                createdAt: creation?.usable, paidAt: payment?.usable, updatedAt: nil))
        owners.append(Int32(event))
        return table.size - before
    }
}
