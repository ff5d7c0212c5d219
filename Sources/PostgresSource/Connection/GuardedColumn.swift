/// A column whose values are checked as text before they are cast, since one bad value would end the statement.
///
/// A bad value comes as one that makes its row unusable: 0 seats of an order, NULL for other seats, or an instant that is
/// not finite.
struct GuardedColumn: Sendable {
    /// The names that the queries give to tables.
    private static let aliases = ["ticket_categories": "c", "order_items": "i", "orders": "o"]
    /// An integer, also as `numeric` writes it.
    private static let integer = "^ *-?[0-9]{1,18}([.]0*)? *$"
    /// An instant by ISO 8601, as PostgreSQL and JavaScript write it; columns without a time zone are UTC's.
    private static let instant =
        "^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        + "([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?$"

    /// The cast as it is in the queries, and its replacement.
    private let cast: [UInt8]
    private let guarded: [UInt8]

    init(table: String, column: String) {
        let name = "\(Self.aliases[table] ?? table).\(column)"
        let isInstant = table == "orders"
        cast = Array("\(name)::\(isInstant ? "timestamptz" : "bigint")".utf8)
        let value = "\(name)::text"
        let sql =
            isInstant
            ? """
            (CASE WHEN \(value) IS NULL THEN NULL
                  WHEN \(value) ~ '\(Self.instant)' THEN
                      CASE WHEN substr(\(value), 9, 2)::int <= extract(
                                    day FROM (substr(\(value), 1, 7) || '-01')::date + interval '1 month - 1 day')
                           THEN \(value)::timestamptz ELSE 'infinity' END
                  ELSE 'infinity' END)
            """
            : """
            (CASE WHEN \(value) ~ '\(Self.integer)' THEN \(value)::numeric::bigint
                  WHEN \(value) IS NOT NULL THEN \(table == "order_items" ? "0" : "NULL") END)
            """
        guarded = Array(sql.utf8)
    }

    func guarding(_ statement: [UInt8]) -> [UInt8] {
        var found: [UInt8] = []
        var rest = statement[...]
        while let place = rest.firstRange(of: cast) {
            found += rest[..<place.lowerBound] + guarded
            rest = rest[place.upperBound...]
        }
        return found + rest
    }
}
