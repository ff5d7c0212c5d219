/// Decides whether Redis shows an event exactly as its rows say, while replies are read.
///
/// It knows only the cells of the verdict table that nearly every hold is in. For all else it answers "no", and an
/// ``EventPlan`` says what differs, if anything does. So "yes" must mean that such a plan would have no changes and no
/// findings; both use the same table.
package struct EventAgreement: Sendable {
    private static let opening = Array(#"{"eventId":""#.utf8)
    private static let category = Array(#"","categoryId":""#.utf8)
    private static let quantity = Array(#"","quantity":"#.utf8)

    let policy: Policy
    let now: Timestamp
    private var event = 0
    /// Whether JSON writes the event's and its categories' ids as they are.
    private var isPlainJSON = false
    /// Seats that belong in `pending`, by the index of the category in the event.
    private var pending: [Int64] = []
    private var held = 0
    private var claimed = 0
    private var committed = 0

    package init(policy: Policy, now: Timestamp) {
        self.policy = policy
        self.now = now
    }

    /// Begins with an event. Each of its orders must have a token of its own.
    package mutating func begin(_ event: Int, of table: SnapshotTable) {
        self.event = event
        let row = table.events[event]
        let bytes = table.bytes.span
        isPlainJSON =
            bytes.extracting(row.id.range).isPlainJSON
            && row.categories.allSatisfy { bytes.extracting(table.categories[$0].id.range).isPlainJSON }
        pending.removeAll(keepingCapacity: true)
        pending.append(contentsOf: repeatElement(0, count: row.categories.count))
        (held, claimed, committed) = (0, 0, 0)
    }

    /// Counts a hold by its hash.
    ///
    /// - Returns: the score that its index member must have, its expiry; `nil` where only a plan can tell.
    package mutating func take(
        _ order: Int, of table: SnapshotTable, status: Span<UInt8>, expiresAtEpoch: Span<UInt8>, entries: Span<UInt8>
    ) -> Int64? {
        guard isPlainJSON, let status = HoldStatus(status), status.isActive,
            let expiry = decimalInteger(expiresAtEpoch), StatedExpiry.isPlausible(expiry, at: now),
            let standing = standing(order, table),
            isKept(standing, HashStanding(status, expiresAtEpoch: expiry, now: now)),
            takeSeats(entries, order, table)
        else { return nil }
        switch status {
        case .held: held += 1
        case .checkoutPending: claimed += 1
        case .checkoutCommitted: committed += 1
        case .finalized, .expired, .cancelled: return nil
        }
        return expiry
    }

    /// Whether more must be read of a hold's hash: it is not whole, or its `expiresAtEpoch` does not settle when it
    /// ends.
    package func leavesOpen(_ hold: HoldSurvey) -> Bool {
        switch hold.state {
        case .absent: false
        case .zombie, .malformed, .foreign: true
        case .whole(let whole):
            whole.status.isActive
                && (!StatedExpiry.isPlausible(whole.expiresAtEpoch, at: now) || whole.isExpired(at: now)
                    || hold.score.seconds != whole.expiresAtEpoch)
        }
    }

    /// How many holds were counted, by status.
    package var holds: [HoldStatus: Int] {
        [.held: held, .checkoutPending: claimed, .checkoutCommitted: committed].filter { $0.value > 0 }
    }

    /// Whether an order with neither hash nor index member is over.
    package func isOver(_ order: Int, of table: SnapshotTable) -> Bool {
        standing(order, table).map { VerdictTable.ruling($0, .unusable) == .ended } ?? false
    }

    func standing(_ order: Int, _ table: SnapshotTable) -> OrderStanding? {
        let row = table.orders[order]
        return OrderStanding(row.times, token: table.bytes.span.extracting(row.token.range), now: now, policy: policy)
    }

    /// Whether the hash stays as it is. The caller knows that no accepted order has waited so long that its hash is
    /// renewed.
    private func isKept(_ order: OrderStanding, _ hash: HashStanding) -> Bool {
        switch VerdictTable.ruling(order, hash) {
        case .active: true
        case .keepForFinalizer: hash != .heldExpired
        default: false
        }
    }

    /// Returns how many seats in `pending` the counted holds do not explain, with the version of the counts.
    ///
    /// - Parameter place: the index of the category in the event.
    /// - Returns: `nil` where the counts are wrong whatever other holds there are, or only a plan can tell.
    package func unexplained(
        inCategory place: Int, of table: SnapshotTable, total: Span<UInt8>, sold: Span<UInt8>, pending: Span<UInt8>,
        available: Span<UInt8>, version: Span<UInt8>
    ) -> (seats: Int64, version: Int64)? {
        let row = table.categories[table.events[event].categories.lowerBound + place]
        let explained = self.pending[place]
        guard let pending = decimalInteger(pending), (explained...greatestSeatCount).contains(pending),
            let truth = Counts(total: row.total, sold: row.sold, pending: pending), truth.oversold == 0,
            max(truth.total, truth.sold) <= greatestSeatCount, let version = decimalInteger(version), version >= 0,
            decimalInteger(total) == truth.total, decimalInteger(sold) == truth.sold,
            decimalInteger(available) == truth.available
        else { return nil }
        return (pending - explained, version)
    }

    /// Adds the seats of entries in the one spelling that the platform writes; see ``PlainEntriesScanner``.
    private mutating func takeSeats(_ json: Span<UInt8>, _ order: Int, _ table: SnapshotTable) -> Bool {
        let bytes = table.bytes.span
        let eventText = bytes.extracting(table.events[event].id.range)
        // The hash's own entries count. Nearly always they are the order's lines, in the same sequence.
        var line = table.orders[order].firstLine
        var at = 0
        repeat {
            at += 1
            guard json.has(Self.opening.span, at: at) else { return false }
            at += Self.opening.count
            guard json.has(eventText, at: at) else { return false }
            at += eventText.count
            guard json.has(Self.category.span, at: at) else { return false }
            at += Self.category.count
            let expected = line < 0 ? 0 : Int(table.lines[Int(line)].position)
            guard let place = category(in: json, at: at, table, expected: expected) else { return false }
            at += table.categories[table.events[event].categories.lowerBound + place].id.range.count
            at += Self.quantity.count
            var end = at
            while end < json.count, json[end] >= UInt8(ascii: "0"), json[end] <= UInt8(ascii: "9") { end += 1 }
            guard let seats = decimalInteger(json.extracting(at..<end)), (1...greatestSeatCount).contains(seats),
                end + 1 < json.count, json[end] == UInt8(ascii: "}")
            else { return false }
            let (sum, overflow) = pending[place].addingReportingOverflow(seats)
            guard !overflow, sum <= greatestSeatCount else { return false }
            pending[place] = sum
            at = end + 1
            if line >= 0 { line = table.lines[Int(line)].next }
        } while json[at] == UInt8(ascii: ",")
        return json[at] == UInt8(ascii: "]") && at + 1 == json.count && json[0] == UInt8(ascii: "[")
    }

    /// Returns the index of the category whose id stands in the text, before the name `quantity`.
    private func category(
        in json: Span<UInt8>, at start: Int, _ table: SnapshotTable, expected: Int
    ) -> Int? {
        let categories = table.events[event].categories
        func stands(_ place: Int) -> Bool {
            let id = table.bytes.span.extracting(table.categories[categories.lowerBound + place].id.range)
            return json.has(id, at: start) && json.has(Self.quantity.span, at: start + id.count)
        }
        if categories.indices.contains(categories.lowerBound + expected), stands(expected) { return expected }
        // The ids have no quotation marks, and the categories are in the order of their ids.
        guard let end = json.firstIndex(of: UInt8(ascii: "\""), from: start) else { return nil }
        let text = json.extracting(start..<end)
        var (low, high) = (0, categories.count)
        while low < high {
            let middle = (low + high) / 2
            let id = table.bytes.span.extracting(table.categories[categories.lowerBound + middle].id.range)
            if id.precedes(text) { low = middle + 1 } else { high = middle }
        }
        return low < categories.count && stands(low) ? low : nil
    }
}
