import FoundationEssentials
package import HoldModel

/// Where a token of Redis belongs.
package enum HoldPlace: Sendable, Hashable {
    /// No hash under this token.
    case noHash
    case event(EventID)
    /// A key that does not say its event: a zombie, unreadable fields, or another type than hash.
    case unknown

    /// Reads the reply of the census script for one key; its header says what the kinds mean.
    init(kind: Int64?, text: [UInt8]?, metadata: [UInt8]?) {
        switch kind {
        case 0: self = .noHash
        case 1: self = text.map { .event(EventID($0)) } ?? .unknown
        case 2: self = Self.read(entries: text, metadata: metadata)
        default: self = .unknown
        }
    }

    private static func read(entries: [UInt8]?, metadata: [UInt8]?) -> HoldPlace {
        if let entries, let read = try? HoldEntries(json: entries) { return .event(read.event) }
        // The hold cannot be used, but its metadata may still say which event it stops.
        guard let metadata, let read = try? JSONDecoder().decode(Metadata.self, from: Data(metadata)) else {
            return .unknown
        }
        return .event(EventID(read.eventId))
    }

    private struct Metadata: Decodable {
        let eventId: String
    }
}
