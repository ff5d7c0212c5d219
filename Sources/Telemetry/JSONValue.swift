import Logging

/// A value of a log line; what the logging library knows as text, list or map.
enum JSONValue {
    case text(String)
    /// A number or a truth, as Swift prints it, which is as JSON does.
    case plain(String)
    case list([JSONValue])
    case object([String: JSONValue])

    init(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .stringConvertible(let number as Int): self = .plain(String(number))
        case .stringConvertible(let number as Int32): self = .plain(String(number))
        case .stringConvertible(let number as Int64): self = .plain(String(number))
        case .stringConvertible(let number as Double) where number.isFinite: self = .plain(String(number))
        case .stringConvertible(let truth as Bool): self = .plain(String(truth))
        case .stringConvertible(let other): self = .text(String(describing: other))
        case .array(let values): self = .list(values.map { JSONValue($0) })
        case .dictionary(let values): self = .object(values.mapValues { JSONValue($0) })
        }
    }

    var text: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .plain(let text): text
        case .list(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
        case .object(let fields):
            "{"
                + fields.sorted { Self.order($0.key) < Self.order($1.key) }
                .map { Self.quoted($0.key) + ":" + $0.value.text }.joined(separator: ",") + "}"
        }
    }

    /// People who read along find time, level and message in front.
    private static func order(_ name: String) -> String {
        let first = ["time", "level", "message"].firstIndex(of: name)
        return first.map { "\u{0}\($0)" } ?? name
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where mustBeEscaped(scalar):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// What JSON forbids, and what ends a line or steers a terminal.
    private static func mustBeEscaped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028...0x2029: true
        default: false
        }
    }
}
