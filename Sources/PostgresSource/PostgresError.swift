package import ConnectionStrings

/// What went wrong between the program and PostgreSQL: what was tried, what came back, and what to do. Never carries a
/// password: libpq's own words are left out where they may quote the connection string.
package enum PostgresError: Error, Sendable, Hashable {
    case unusableConnectionString(UnusableConnectionString)
    case cannotConnect(target: String, reason: String)
    case queryFailed(query: String, target: String, state: String, message: String)
    case connectionLost(query: String, target: String, message: String)
    case unexpectedValue(query: String, column: String)

    /// The five characters that say what kind of failure it was, where the server answered.
    package var sqlState: String? {
        if case .queryFailed(_, _, let state, _) = self { state } else { nil }
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unusableConnectionString(let error):
            error.description
        case .cannotConnect(let target, let reason):
            "cannot connect to PostgreSQL \(target): \(reason)"
        case .queryFailed(let query, let target, let state, let message):
            "PostgreSQL \(target) refused query \(query): \(message) (SQLSTATE \(state))" + advice(state)
        case .connectionLost(let query, let target, let message):
            "the connection to PostgreSQL \(target) ended during query \(query): \(message); run again when it is back"
        case .unexpectedValue(let query, let column):
            "query \(query) answered something unexpected in column \(column); does the table have the contract's types?"
        }
    }

    private func advice(_ state: String) -> String {
        switch state {
        case "42P01": "; is --postgres the platform's database, and its schema on the role's search_path?"
        case "42703": "; the table lacks a column that the contract names: run 'hold-reconciler doctor'"
        case "42501": "; grant the role SELECT on events, ticket_categories, orders, order_items and tickets"
        case "42883": "; a column's type differs from the contract's: ids are text"
        case "57014": "; the statement took too long: raise --statement-timeout, or add the indexes the README names"
        case "40001":
            "; the standby replayed a conflicting change: raise max_standby_streaming_delay, or ask the primary"
        case "25006": "; the session is read-only by design"
        default: ""
        }
    }
}
