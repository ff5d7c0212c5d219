import HoldModel

/// Writes whole hashes as payloads, one after the other, with what they have in common encoded once.
struct PayloadWriter {
    /// A longer value in the compact encoding would be moved about with every change of another field.
    static let greatestEntries = 1000

    private static let token = HashPayload.Part(FieldName.token)
    private static let held = HashPayload.Part(FieldName.status, HoldStatus.held.bytes)
    private static let committed = HashPayload.Part(FieldName.status, HoldStatus.checkoutCommitted.bytes)
    private static let createdAt = HashPayload.Part(FieldName.createdAt)
    private static let expiresAt = HashPayload.Part(FieldName.expiresAt)
    private static let expiresAtEpoch = HashPayload.Part(FieldName.expiresAtEpoch)
    private static let entries = HashPayload.Part(FieldName.entries)
    private static let orderId = HashPayload.Part(FieldName.traceId, FieldName.ourTrace, FieldName.orderId)
    private static let orderReference = HashPayload.Part(FieldName.orderReference)
    private static let total = HashPayload.Part(FieldName.total)
    private static let sold = HashPayload.Part(FieldName.sold)
    private static let pending = HashPayload.Part(FieldName.pending)
    private static let available = HashPayload.Part(FieldName.available)
    private static let version = HashPayload.Part(FieldName.version)

    private var payload = HashPayload()
    private var entriesText = EntriesText()
    private var metadata = HashPayload.Part()
    /// For each category of the event, what its lines begin with.
    private var openings: [[UInt8]] = []

    /// What was written last.
    var bytes: [UInt8] { payload.bytes }

    /// Begins with the holds of an event.
    mutating func begin(_ event: Span<UInt8>) {
        metadata = HashPayload.Part(FieldName.metadata, RewrittenHold.metadata(of: event))
    }

    /// Begins with the holds of an event that are written from its rows.
    mutating func begin(_ event: Int, of table: SnapshotTable) {
        let row = table.events[event]
        let id = table.bytes.span.extracting(row.id.range)
        begin(id)
        openings.removeAll(keepingCapacity: true)
        for place in row.categories {
            let category = table.bytes.span.extracting(table.categories[place].id.range)
            openings.append(EntriesText.opening(event: id, category: category))
        }
    }

    mutating func write(_ hold: RewrittenHold) {
        write(token: hold.token.bytes.span, order: hold.order.bytes.span, hold.terms, entries: hold.entries)
    }

    /// - Parameter table: begun with the hold's event.
    mutating func write(_ hold: EventCreation.NewHold, of table: SnapshotTable) {
        let order = table.orders[hold.order]
        entriesText.begin()
        if order.isOfOneLine {
            let line = table.lines[Int(order.firstLine)]
            entriesText.add(openings[Int(line.position)], quantity: line.quantity)
        } else {
            for line in table.sortedLines(of: order) {
                entriesText.add(openings[Int(line.position)], quantity: line.quantity)
            }
        }
        entriesText.end()
        let bytes = table.bytes.span
        write(
            token: bytes.extracting(order.token.range), order: bytes.extracting(order.id.range), hold.terms,
            entries: entriesText.bytes)
    }

    private mutating func write(
        token: Span<UInt8>, order: Span<UInt8>, _ terms: RewrittenTerms, entries: [UInt8]
    ) {
        payload.begin()
        payload.add(Self.token)
        payload.add(token)
        payload.add(terms.status == .held ? Self.held : Self.committed)
        payload.add(Self.createdAt)
        payload.add(terms.createdAt)
        payload.add(Self.expiresAt)
        payload.add(terms.expiresAt)
        payload.add(Self.expiresAtEpoch)
        payload.add(terms.expiresAtEpoch)
        payload.add(metadata)
        payload.add(Self.entries)
        payload.add(entries)
        payload.add(Self.orderId)
        payload.add(order)
        if terms.status != .held {
            payload.add(Self.orderReference)
            payload.add(order)
        }
        payload.end()
    }

    mutating func write(_ counts: Counts, version: Int64) {
        payload.begin()
        payload.add(Self.total)
        payload.add(counts.total)
        payload.add(Self.sold)
        payload.add(counts.sold)
        payload.add(Self.pending)
        payload.add(counts.pending)
        payload.add(Self.available)
        payload.add(counts.available)
        payload.add(Self.version)
        payload.add(version)
        payload.end()
    }
}

extension RewrittenHold {
    /// Whether the hash is small enough for a payload; else it is better kept in fields.
    var fitsPayload: Bool {
        entriesSize < PayloadWriter.greatestEntries
    }
}
