/// A value in a line of the JSON log.
package enum LoggedValue: Sendable {
    case text(String)
    /// A number; Swift prints it as JSON does.
    case number(Int64)
    case fraction(Double)
    case truth(Bool)
    case list([LoggedValue])
    case object([String: LoggedValue])

    private var json: String {
        switch self {
        case .text(let text): quoted(withoutSecrets(text).bounded(to: Printed.longestField))
        case .number(let number): String(number)
        // JSON has no word for infinity or NaN.
        case .fraction(let number): number.isFinite ? String(number) : "null"
        case .truth(let truth): String(truth)
        case .list(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
        case .object(let fields):
            "{"
                + fields.sorted { Self.order($0.key) < Self.order($1.key) }
                .map { quoted($0.key) + ":" + $0.value.json }.joined(separator: ",") + "}"
        }
    }

    /// Returns a name such that sorting puts time, level and message first, for people who read along.
    private static func order(_ name: String) -> String {
        let first = ["time", "level", "message"].firstIndex(of: name)
        return first.map { "\u{0}\($0)" } ?? name
    }
}

extension LoggedValue {
    /// Returns one line of the log: a JSON object without any line feed.
    package static func line(_ fields: [String: LoggedValue]) -> Printed {
        Printed(ready: LoggedValue.object(fields).json)
    }
}
