/// The statements that begin a transaction. They are sent in one message, since each message is a round trip.
///
/// All settings are for the transaction alone. A pooler may share the connection between its clients, and a setting
/// that stayed on it would change what the platform does.
struct TransactionOpening: Sendable {
    enum Isolation: String {
        /// All statements see the same rows.
        case snapshot = "REPEATABLE READ"
        case statement = "READ COMMITTED"
    }

    private let settings: [UInt8]
    /// How many results of ``statements(_:asking:)`` come before the facts.
    let resultsBeforeFacts: Int

    /// - Parameters:
    ///   - timeout: how many seconds until PostgreSQL ends a statement.
    ///   - version: the server's version as a number of libpq's.
    init(statementTimeout timeout: Int, serverVersion version: Int) {
        var settings = Query.transaction.statement([Array("'\(timeout)s'".utf8)])
        // A snapshot has time limits of its own.
        let knowsTransactionTimeout = version >= 170_000
        if knowsTransactionTimeout { settings += Array("; SET LOCAL transaction_timeout = 0".utf8) }
        self.settings = settings
        resultsBeforeFacts = knowsTransactionTimeout ? 3 : 2
    }

    /// - Parameter facts: queries of one value each, which become the columns of the answer; `nil` for one that is not asked.
    func statements(_ isolation: Isolation, asking facts: [Query?]) -> [UInt8] {
        let values = facts.map { fact in
            fact.map { Array("(".utf8) + $0.body + Array(")".utf8) } ?? Array("NULL".utf8)
        }
        return Array("BEGIN TRANSACTION ISOLATION LEVEL \(isolation.rawValue), READ ONLY; ".utf8) + settings
            + Array("; SELECT ".utf8) + values.joined(separator: Array(", ".utf8))
    }
}
