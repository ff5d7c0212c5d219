package import HoldModel

/// Where a token of Redis belongs.
package enum HoldPlace: Sendable, Hashable {
    /// No hash under this token.
    case noHash
    /// The events that `entries` name, else that of `metadata`: one for nearly every hold. Where there are more, the hold's
    /// seats may be those of any of them.
    case events([EventID])
    /// A key that does not say its event: a zombie, unreadable fields, or another type than hash.
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

    /// A hold is of the event whose seats it keeps. What else its texts name, such as the series of the event, does not place
    /// it elsewhere; only where its entries name none does its metadata count.
    private static func events(entries: [UInt8]?, metadata: [UInt8]?) -> [EventID] {
        if let entries {
            let named = HoldEntries.events(namedIn: entries)
            if !named.isEmpty { return named }
        }
        if let event = metadata.flatMap({ HoldMetadata(json: $0)?.event }) { return [event] }
        // A hold that cannot be read still stops the events that it may be of.
        return unreadable(entries ?? []) + unreadable(metadata ?? [])
    }

    /// Every `eventId` in a text that is no JSON.
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
