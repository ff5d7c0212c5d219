/// A value of a log's line for programs.
package enum LoggedValue: Sendable {
    case text(String)
    /// A number or a truth, as Swift prints it, which is as JSON does.
    case number(Int64)
    case fraction(Double)
    case truth(Bool)
    case list([LoggedValue])
    case object([String: LoggedValue])

    private var json: String {
        switch self {
        case .text(let text): quoted(withoutSecrets(text).bounded(to: Printed.longestField))
        case .number(let number): String(number)
        // JSON has no word for what is no number.
        case .fraction(let number): number.isFinite ? String(number) : "null"
        case .truth(let truth): String(truth)
        case .list(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
        case .object(let fields):
            "{"
                + fields.sorted { Self.order($0.key) < Self.order($1.key) }
                .map { quoted($0.key) + ":" + $0.value.json }.joined(separator: ",") + "}"
        }
    }

    /// People who read along find time, level and message in front.
    private static func order(_ name: String) -> String {
        let first = ["time", "level", "message"].firstIndex(of: name)
        return first.map { "\u{0}\($0)" } ?? name
    }
}

extension LoggedValue {
    /// One line of the log: an object, without a line feed in it or behind it.
    package static func line(_ fields: [String: LoggedValue]) -> Printed {
        Printed(ready: LoggedValue.object(fields).json)
    }
}
