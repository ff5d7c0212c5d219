import HoldModel

/// Writes whole hashes as payloads, one after the other, and makes their common parts once.
struct PayloadWriter {
    /// A longer value in the compact encoding would be moved about with every change of another field.
    static let greatestEntries = 1000

    /// The room, in bytes, for all names and fixed values of a hash (contract section 2).
    private static let fixedTexts = 256

    private var payload = HashPayload()
    private var entriesText = EntriesText()
    private var metadata: [UInt8] = []
    /// For each category of the event, what its lines begin with.
    private var openings: [[UInt8]] = []

    /// The payload that was written last.
    var bytes: [UInt8] { payload.bytes }

    /// Begins with the holds of an event.
    mutating func begin(_ event: Span<UInt8>) {
        metadata = RewrittenHold.metadata(of: event)
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
        let isHeld = terms.status == .held
        let texts = Self.fixedTexts + token.count + metadata.count + entries.count + 2 * order.count
        payload.write(fields: isHeld ? 9 : 10, texts: texts) { hash in
            hash.appendEntry("token")
            hash.appendEntry(token)
            hash.appendEntry("status")
            if isHeld { hash.appendEntry("held") } else { hash.appendEntry("checkout_committed") }
            hash.appendEntry("createdAt")
            hash.appendEntry(terms.createdAt)
            hash.appendEntry("expiresAt")
            hash.appendEntry(terms.expiresAt)
            hash.appendEntry("expiresAtEpoch")
            hash.appendEntry(terms.expiresAtEpoch)
            hash.appendEntry("metadata")
            hash.appendEntry(metadata)
            hash.appendEntry("entries")
            hash.appendEntry(entries)
            hash.appendEntry("traceId")
            hash.appendEntry("hold-reconciler")
            hash.appendEntry("orderId")
            hash.appendEntry(order)
            if isHeld { return }
            hash.appendEntry("orderReference")
            hash.appendEntry(order)
        }
    }

    mutating func write(_ counts: Counts, version: Int64) {
        payload.write(fields: 5, texts: Self.fixedTexts) { hash in
            hash.appendEntry("total")
            hash.appendEntry(counts.total)
            hash.appendEntry("sold")
            hash.appendEntry(counts.sold)
            hash.appendEntry("pending")
            hash.appendEntry(counts.pending)
            hash.appendEntry("available")
            hash.appendEntry(counts.available)
            hash.appendEntry("version")
            hash.appendEntry(version)
        }
    }
}

extension RewrittenHold {
    /// Whether the hash is small enough for a payload; else it is better kept in fields.
    var fitsPayload: Bool {
        entriesSize < PayloadWriter.greatestEntries
    }
}
