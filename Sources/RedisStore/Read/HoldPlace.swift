package import HoldModel

/// The events that a token in Redis belongs to.
package enum HoldPlace: Sendable, Hashable {
    /// No hash under this token.
    case noHash
    /// The events that `entries` name, else that of `metadata`. Nearly every hold has one. If it has more, its seats
    /// may belong to any of them.
    case events([EventID])
    /// A key that does not say its event: a zombie, a hash with unreadable fields, or a key that is no hash.
    case unknown

    /// Reads the reply of the census script for one key; its header says what the kinds mean.
    init(kind: Int64?, text: [UInt8]?, metadata: [UInt8]?) {
        switch kind {
        case 0: self = .noHash
        case 1: self = text.map { .events([EventID($0)]) } ?? .unknown
        case 2:
            let events = Self.events(entries: text, metadata: metadata)
            self = events.isEmpty ? .unknown : .events(events)
        default: self = .unknown
        }
    }

    /// Returns the events of a hold: those whose seats it keeps. Other events in its texts, such as a series, do not
    /// count; its metadata counts only where its entries name none.
    private static func events(entries: [UInt8]?, metadata: [UInt8]?) -> [EventID] {
        if let entries {
            let named = HoldEntries.events(namedIn: entries)
            if !named.isEmpty { return named }
        }
        if let event = metadata.flatMap({ HoldMetadata(json: $0)?.event }) { return [event] }
        // A hold that cannot be read still stops the events that it may belong to.
        return unreadable(entries ?? []) + unreadable(metadata ?? [])
    }

    /// Returns every `eventId` in a text that is no JSON.
    private static func unreadable(_ text: [UInt8]) -> [EventID] {
        var scanner = JSONScanner(text)
        if (try? scanner.value()) != nil, (try? scanner.end()) != nil { return [] }
        let name = Array(#""eventId""#.utf8)
        var events: [EventID] = []
        var rest = 0
        while let found = text[rest...].firstRange(of: name) {
            let start = text[found.upperBound...].firstIndex { !": \n\r\t".utf8.contains($0) } ?? text.endIndex
            var value = JSONScanner(text, from: start)
            if let event = try? value.value().possibleName.map({ EventID($0) }), !events.contains(event) {
                events.append(event)
            }
            rest = found.upperBound
        }
        return events
    }
}
