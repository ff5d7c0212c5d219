import FoundationEssentials
package import HoldModel

/// Where a token of Redis belongs.
package enum HoldPlace: Sendable, Hashable {
    /// No hash under this token.
    case noHash
    case event(EventID)
    /// `entries` and `metadata` name different events: the hold's seats may be those of either.
    case disputed(entries: EventID, metadata: EventID)
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
        let entriesEvent = entries.flatMap { try? HoldEntries(json: $0) }?.event
        // A hold whose entries cannot be used may still say with its metadata which event it stops.
        let metadataEvent = metadata.flatMap { try? JSONDecoder().decode(Metadata.self, from: Data($0)) }
            .map { EventID($0.eventId) }
        switch (entriesEvent, metadataEvent) {
        case (let entries?, let metadata?):
            return entries == metadata ? .event(entries) : .disputed(entries: entries, metadata: metadata)
        case (let event?, nil), (nil, let event?): return .event(event)
        case (nil, nil): return .unknown
        }
    }

    private struct Metadata: Decodable {
        let eventId: String
    }
}
