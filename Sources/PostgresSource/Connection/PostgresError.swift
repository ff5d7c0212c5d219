package import ConnectionStrings

/// An error between the program and PostgreSQL: what was tried, what came back, and what to do. It contains no
/// password: libpq's own words are left out where they may quote the connection string.
package enum PostgresError: Error, Sendable, Hashable {
    case unusableConnectionString(UnusableConnectionString)
    case cannotConnect(target: String, reason: String)
    case queryFailed(query: String, target: String, state: String, message: String)
    case connectionLost(query: String, target: String, message: String)
    case unexpectedValue(query: String, column: String)
    /// A run that writes has got a hot standby.
    case standby(target: String)
    /// A run that began on a primary has got a hot standby.
    case becameStandby(target: String)
    /// A run that writes has got another server than it began with.
    case anotherServer(target: String)
    /// Row-level security applies to the role, so PostgreSQL refuses a query whose rows it would filter.
    case rowsHidden(target: String, tables: [HiddenRows])
    /// A column of the contract has a type that cannot be used.
    case unusableColumn(column: String, type: String, content: String)

    /// PostgreSQL's code of five characters for the kind of failure; `nil` where the server did not answer.
    package var sqlState: String? {
        if case .queryFailed(_, _, let state, _) = self { state } else { nil }
    }
}

/// A table of which row-level security hides rows.
package struct HiddenRows: Sendable, Hashable, CustomStringConvertible {
    package let table: String
    /// The policies that apply, by name; empty where there is none, which hides all of them.
    package let policies: String

    package var description: String {
        "table \(table) (\(policies.isEmpty ? "no policy, so no row" : "policy \(policies)"))"
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
        case .standby(let target):
            "PostgreSQL \(target) is a hot standby, and what it does not know yet must not be written to Redis: give "
                + "--postgres the primary; nothing more was written"
        case .becameStandby(let target):
            "PostgreSQL \(target) is a hot standby by now, while the run began on a primary: run again"
        case .anotherServer(let target):
            "PostgreSQL \(target) was restarted, or is another server than the run began with, and may have lost what it "
                + "had shown; nothing more was written: run again"
        case .rowsHidden(let target, let tables):
            "row-level security applies to the role of PostgreSQL \(target) on "
                + tables.map(\.description).joined(separator: ", ")
                + ", and orders that are hidden look like seats that nobody holds; let the role see all rows: ALTER ROLE … "
                + "BYPASSRLS, or views of these tables that belong to their owner, first on the role's search_path (a policy "
                + "that lets every row through is no help: PostgreSQL cannot tell it from others)"
        case .unusableColumn(let column, let type, let content):
            "column \(column) is of type \(type), which tells no \(content) (ops/contract.md, section 1): change it, or put a "
                + "view that converts it on the search_path of the role; nothing was looked at"
        }
    }

    private func advice(_ state: String) -> String {
        switch state {
        case "42P01": "; is --postgres the platform's database, and its schema on the role's search_path?"
        case "42703": "; the table lacks a column that the contract names: run 'hold-reconciler doctor'"
        case "42501":
            "; grant the role SELECT on events, ticket_categories, orders, order_items and tickets; where it is row-level "
                + "security that refuses, the role needs BYPASSRLS, or the owner of a view does"
        case "42883", "42846", "22P02":
            "; a column's type differs from the contract's: ids are text, quantities integers, instants timestamps"
        case "57014":
            "; the statement took too long: raise --statement-timeout, or add the indexes that ops/reference.md names"
        case "40001":
            "; the standby replayed a conflicting change: raise max_standby_streaming_delay, or ask the primary"
        case "25006": "; the program only reads, by design"
        default: ""
        }
    }
}
