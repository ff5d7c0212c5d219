import HoldModel
import Output

/// One finding as JSON: every field is always there, `null` where it does not apply.
struct FindingDocument: Encodable {
    private let finding: Finding
    /// How many bytes each of its texts may have.
    private let limit: Int

    /// - Parameter room: the room that the document has left for long texts; this finding takes its part of it.
    init(_ finding: Finding, _ room: inout LongTexts) {
        self.finding = finding
        limit = room.limit(for: finding)
    }

    private enum Field: String, CodingKey {
        case cause, event, category, hold, seats, before, after, detail, outcome
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(finding.cause.rawValue, forKey: .cause)
        try fields.encode(finding.event.map { exactText($0.bytes, atMost: limit) }, forKey: .event)
        try fields.encode(finding.category.map { exactText($0.bytes, atMost: limit) }, forKey: .category)
        try fields.encode(finding.hold.map { exactText($0.bytes, atMost: limit) }, forKey: .hold)
        try fields.encode(finding.seats, forKey: .seats)
        try fields.encode(FindingStateDocument(finding.before, limit), forKey: .before)
        try fields.encode(FindingStateDocument(finding.after, limit), forKey: .after)
        try fields.encode(finding.detail?.bounded(to: limit), forKey: .detail)
        try fields.encode(finding.outcome.rawValue, forKey: .outcome)
    }
}

/// Returns an id as JSON can have it: unchanged where it is UTF-8, else with its bytes escaped.
///
/// - Parameter limit: how many bytes it may have; a longer one loses its middle.
func exactText(_ bytes: [UInt8], atMost limit: Int) -> String {
    String(validating: bytes, as: UTF8.self)?.bounded(to: limit) ?? printable(bytes, atMost: limit)
}

/// One side of a finding: an object with the fields of the key, or `null` where there is no key.
private struct FindingStateDocument: Encodable {
    private let state: FindingState
    private let limit: Int

    init(_ state: FindingState, _ limit: Int) {
        self.state = state
        self.limit = limit
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) {
            stringValue = name
        }

        init?(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) {
            nil
        }
    }

    func encode(to encoder: any Encoder) throws {
        guard state != .absent else {
            var value = encoder.singleValueContainer()
            return try value.encodeNil()
        }
        var object = encoder.container(keyedBy: Name.self)
        for (name, value) in state.fields {
            if let value, let number = decimalInteger(value) {
                try object.encode(number, forKey: Name(name))
            } else {
                try object.encode(value.map { exactText($0, atMost: limit) }, forKey: Name(name))
            }
        }
    }
}
