import FoundationEssentials

/// `entries` of a hold hash: a JSON array of `{eventId, categoryId, quantity}`, all of one event (contract section 2).
package struct HoldEntries: Sendable, Hashable {
    package let event: EventID
    package let lines: [SeatLine]

    /// Why `entries` cannot be used.
    package struct Unreadable: Error {
        package let reason: String
    }

    /// Reads the shape that the platform writes in one pass over the bytes, and leaves every other spelling of JSON to
    /// the library: the plain shape is nearly every hold there is, and a decoder costs ten times as much.
    ///
    /// - Parameter json: the field as Redis keeps it.
    /// - Throws: ``Unreadable`` where it is no such array, is empty, names two events, or a quantity is below one.
    package init(json: [UInt8]) throws(Unreadable) {
        var scanner = PlainEntriesScanner(json)
        let entries = if let plain = scanner.scan() { plain } else { try Self.decode(json) }
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

    private static func decode(_ json: [UInt8]) throws(Unreadable) -> [PlainEntry] {
        if let doubt = JSONDoubt(json) {
            throw Unreadable(reason: "entries is not what the platform can read: \(doubt.rawValue)")
        }
        do {
            return try JSONDecoder().decode([DecodedEntry].self, from: Data(json)).map { entry in
                PlainEntry(
                    event: EventID(entry.eventId), category: CategoryID(entry.categoryId), quantity: entry.quantity)
            }
        } catch {
            // The decoder's own words quote the data, which may be anything; the kind of failure is enough.
            throw Unreadable(reason: "entries is not a JSON array of {eventId, categoryId, quantity}")
        }
    }

    private struct DecodedEntry: Decodable {
        let eventId: String
        let categoryId: String
        let quantity: Int64
    }
}

struct PlainEntry {
    let event: EventID
    let category: CategoryID
    let quantity: Int64
}
