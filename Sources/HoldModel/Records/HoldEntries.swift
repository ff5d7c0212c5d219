/// `entries` of a hold hash: a JSON array of `{eventId, categoryId, quantity}`, all of one event (contract section 2).
package struct HoldEntries: Sendable, Hashable {
    package let event: EventID
    package let lines: [SeatLine]

    /// Why `entries` cannot be used.
    package struct Unreadable: Error {
        package let reason: String
    }

    /// Reads `entries` as the platform's scripts do. The shape that the platform writes takes one pass over the bytes.
    /// Nearly every hold has it, and the reader of all other spellings costs several times as much.
    ///
    /// - Parameter json: the field as Redis keeps it.
    /// - Throws: ``Unreadable`` where it is no such array, is empty, names two events, or a quantity is below one.
    package init(json: [UInt8]) throws(Unreadable) {
        var scanner = PlainEntriesScanner(json)
        let entries = if let plain = scanner.scan() { plain } else { try Self.read(json) }
        guard let event = entries.first?.event else { throw Unreadable(reason: "entries is an empty array") }
        var lines: [SeatLine] = []
        lines.reserveCapacity(entries.count)
        for entry in entries {
            guard entry.event == event else { throw Unreadable(reason: "entries names more than one event") }
            guard (1...greatestSeatCount).contains(entry.quantity) else {
                throw Unreadable(reason: "entries holds a quantity of \(entry.quantity)")
            }
            lines.append(SeatLine(category: entry.category, quantity: entry.quantity))
        }
        self.event = event
        self.lines = lines
    }

    /// Returns the events that entries name, each once, as far as the text can be read. A hold whose seats cannot be
    /// read stops the events that it names.
    package static func events(namedIn json: [UInt8]) -> [EventID] {
        var events: [EventID] = []
        var scanner = JSONScanner(json)
        do throws(JSONScanner.Unreadable) {
            try scanner.array { (scanner) throws(JSONScanner.Unreadable) in
                var fields = EntryFields()
                defer {
                    if let event = fields.event?.possibleName.map({ EventID($0) }), !events.contains(event) {
                        events.append(event)
                    }
                }
                try fields.read(&scanner)
            }
        } catch {
            // The events before the fault count.
            return events
        }
        return events
    }

    private static func read(_ json: [UInt8]) throws(Unreadable) -> [PlainEntry] {
        let shape = Unreadable(reason: "entries is not a JSON array of {eventId, categoryId, quantity}")
        var entries: [PlainEntry] = []
        do throws(JSONScanner.Unreadable) {
            var scanner = JSONScanner(json)
            try scanner.array { (scanner) throws(JSONScanner.Unreadable) in
                var fields = EntryFields()
                try fields.read(&scanner)
                guard let event = fields.event?.name, let category = fields.category?.name,
                    let quantity = fields.quantity?.seats
                else { throw JSONScanner.Unreadable() }
                entries.append(
                    PlainEntry(event: EventID(event), category: CategoryID(category), quantity: quantity))
            }
            try scanner.end()
        } catch {
            throw shape
        }
        return entries
    }
}

struct PlainEntry {
    let event: EventID
    let category: CategoryID
    let quantity: Int64
}

/// The fields of one entry: the last value of each name. Names that others added are skipped.
private struct EntryFields {
    private(set) var event: JSONValue?
    private(set) var category: JSONValue?
    private(set) var quantity: JSONValue?

    private static let names = ["eventId", "categoryId", "quantity"].map { Array($0.utf8) }

    mutating func read(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
            let value = try scanner.value()
            switch Self.names.firstIndex(of: name) {
            case 0: event = value
            case 1: category = value
            case 2: quantity = value
            default: break
            }
        }
    }
}
