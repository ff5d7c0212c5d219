import FoundationEssentials
package import HoldModel

/// Where a token of Redis belongs.
package enum HoldPlace: Sendable, Hashable {
    /// No hash under this token.
    case noHash
    /// The events that `entries` and `metadata` name: one for nearly every hold. Where they name more, the hold's seats
    /// may be those of any of them.
    case events([EventID])
    /// A key that does not say its event: a zombie, unreadable fields, or another type than hash.
    case unknown

    /// Reads the reply of the census script for one key; its header says what the kinds mean.
    init(kind: Int64?, text: [UInt8]?, metadata: [UInt8]?) {
        switch kind {
        case 0: self = .noHash
        case 1: self = text.map { .events([EventID($0)]) } ?? .unknown
        case 2:
            var events: [EventID] = []
            for event in Self.named(in: text ?? []) + Self.named(in: metadata ?? [])
            where !events.contains(event) {
                events.append(event)
            }
            self = events.isEmpty ? .unknown : .events(events)
        default: self = .unknown
        }
    }

    /// Whether `metadata` names another event than the one that `entries` name.
    static func isAnother(namedIn metadata: [UInt8], than event: EventID) -> Bool {
        if event.bytes.span.isPlainJSON, isPlainly(event.bytes.span, namedIn: metadata.span) { return false }
        return named(in: metadata).contains { $0 != event }
    }

    /// Whether `metadata` begins with the event as the platform writes it, which the census script takes for the whole
    /// answer as well.
    ///
    /// - Parameter event: an id that JSON writes as it is.
    static func isPlainly(_ event: Span<UInt8>, namedIn metadata: Span<UInt8>) -> Bool {
        let end = Self.opening.count + event.count
        return metadata.has(Self.opening.span, at: 0) && metadata.has(event, at: Self.opening.count)
            && metadata.count > end && metadata[end] == UInt8(ascii: "\"")
    }

    private static let opening = Array(#"{"eventId":""#.utf8)

    /// Every `eventId` of a JSON text, also of one that is cut short or wrong elsewhere: a hold that cannot be read still
    /// stops the events it names.
    private static func named(in json: [UInt8]) -> [EventID] {
        let name = Array(#""eventId""#.utf8)
        var events: [EventID] = []
        var rest = json[...]
        while let start = rest.firstRange(of: name) {
            rest = rest[start.upperBound...]
            var value = rest.drop { ": \n\r\t".utf8.contains($0) }
            guard value.first == UInt8(ascii: "\"") else { continue }
            value = value.dropFirst()
            var isEscaped = false
            let text = value.prefix { byte in
                if isEscaped {
                    isEscaped = false
                    return true
                }
                isEscaped = byte == UInt8(ascii: "\\")
                return byte != UInt8(ascii: "\"")
            }
            guard text.endIndex < value.endIndex else { break }
            let quoted = Data(Array("[\"".utf8) + text + Array("\"]".utf8))
            // Escapes are the decoder's business; a string that it refuses names no event.
            if let decoded = try? JSONDecoder().decode([String].self, from: quoted), let event = decoded.first {
                events.append(EventID(event))
            }
            rest = value[text.endIndex...]
        }
        return events
    }
}
