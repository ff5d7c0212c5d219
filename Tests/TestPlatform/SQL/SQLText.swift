/// Text that is safe inside of SQL.
enum SQLText {
    /// A string literal of any text: quotes are doubled, and nothing else means anything in a standard string.
    static func literal(_ text: String) -> String {
        "'" + text.replacing("'", with: "''") + "'"
    }

    /// A `timestamptz` of seconds since 1970; `NULL` without any.
    static func time(_ seconds: Int?) -> String {
        seconds.map { "to_timestamp(\($0))" } ?? "NULL"
    }

    /// A `timestamp` without a zone, in UTC, of seconds since 1970.
    static func utc(_ seconds: Int) -> String {
        "to_timestamp(\(seconds)) AT TIME ZONE 'UTC'"
    }

    /// `VALUES` rows of category id and quantity.
    static func values(_ seats: [Seats]) -> String {
        "VALUES " + seats.map { "(\(literal($0.category)), \($0.quantity))" }.joined(separator: ", ")
    }
}
