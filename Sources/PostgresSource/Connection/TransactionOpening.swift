/// The statements that begin a transaction. They go to the server in one message, since each message is a way there and back.
///
/// All that is set is set for the transaction alone. The connection may be one that a pooler shares between its clients, and
/// whatever stayed on it would be the platform's to live with.
struct TransactionOpening: Sendable {
    enum Isolation: String {
        /// All statements see the same.
        case snapshot = "REPEATABLE READ"
        case statement = "READ COMMITTED"
    }

    private let settings: [UInt8]
    /// How many results ``statements(_:asking:)`` has before the facts.
    let resultsBeforeFacts: Int

    /// - Parameters:
    ///   - timeout: seconds until PostgreSQL ends a statement.
    ///   - version: the server's, as libpq tells it.
    init(statementTimeout timeout: Int, serverVersion version: Int) {
        var settings = Query.transaction.statement([Array("'\(timeout)s'".utf8)])
        // A snapshot has bounds of its own.
        let knowsTransactionTimeout = version >= 170_000
        if knowsTransactionTimeout { settings += Array("; SET LOCAL transaction_timeout = 0".utf8) }
        self.settings = settings
        resultsBeforeFacts = knowsTransactionTimeout ? 3 : 2
    }

    /// - Parameter facts: queries of one value each, which is the answer's column; `nil` where it is not asked for.
    func statements(_ isolation: Isolation, asking facts: [Query?]) -> [UInt8] {
        let values = facts.map { fact in
            fact.map { Array("(".utf8) + $0.body + Array(")".utf8) } ?? Array("NULL".utf8)
        }
        return Array("BEGIN TRANSACTION ISOLATION LEVEL \(isolation.rawValue), READ ONLY; ".utf8) + settings
            + Array("; SELECT ".utf8) + values.joined(separator: Array(", ".utf8))
    }
}
