import HoldModel

/// One finding as JSON: every field is always there, `null` where it does not apply.
struct FindingDocument: Encodable {
    private let finding: Finding

    init(_ finding: Finding) {
        self.finding = finding
    }

    private enum Field: String, CodingKey {
        case cause, event, category, hold, seats, before, after, detail, outcome
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(finding.cause.rawValue, forKey: .cause)
        try fields.encode(finding.event.map { exactText($0.bytes) }, forKey: .event)
        try fields.encode(finding.category.map { exactText($0.bytes) }, forKey: .category)
        try fields.encode(finding.hold.map { exactText($0.bytes) }, forKey: .hold)
        try fields.encode(finding.seats, forKey: .seats)
        try fields.encode(FindingStateDocument(finding.before), forKey: .before)
        try fields.encode(FindingStateDocument(finding.after), forKey: .after)
        try fields.encode(finding.detail, forKey: .detail)
        try fields.encode(finding.outcome.rawValue, forKey: .outcome)
    }
}

/// An id as JSON can carry it: as it is where it is UTF-8, else with its bytes escaped.
func exactText(_ bytes: [UInt8]) -> String {
    String(validating: bytes, as: UTF8.self) ?? printable(bytes)
}

/// One side of a finding: an object with the fields of the key, or `null` where there is no key.
private struct FindingStateDocument: Encodable {
    private let state: FindingState

    init(_ state: FindingState) {
        self.state = state
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
                try object.encode(value.map { exactText($0) }, forKey: Name(name))
            }
        }
    }
}
