import CLibPQ
import Dispatch

/// A client's session in SQL. libpq blocks, so each session runs on a thread of its own; a process for each statement
/// would be the slowest part of the traffic by far.
package actor SQLSession {
    private let thread = SQLThread()
    private let connectionString: String
    private var connection: SQLConnection?

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    /// Connects, runs `body`, and closes.
    package static func withSession<Value: Sendable>(
        _ connectionString: String, _ body: (SQLSession) async throws -> Value
    ) async throws -> Value {
        let session = SQLSession(connectionString)
        try await session.connect()
        do {
            let value = try await body(session)
            await session.close()
            return value
        } catch {
            await session.close()
            throw error
        }
    }

    private init(_ connectionString: String) {
        self.connectionString = connectionString
    }

    /// Runs the statements of one transaction, again where two transactions stood in each other's way.
    ///
    /// - Returns: the rows of the last statement.
    @discardableResult
    package func run(_ statements: String) throws -> [[String?]] {
        guard let connection else { throw SQLFailure(state: nil, message: "the session is closed") }
        while true {
            do {
                return try connection.run(statements)
            } catch let failure as SQLFailure where failure.isCollision {
                continue
            }
        }
    }

    private func connect() throws {
        connection = try SQLConnection(connectionString)
    }

    private func close() {
        connection = nil
    }
}

/// What the server said to statements that it did not run.
package struct SQLFailure: Error {
    package let state: String?
    package let message: String

    /// A deadlock or a serialization failure: the platform's own clients try again.
    var isCollision: Bool {
        state == "40P01" || state == "40001"
    }
}

/// Runs a session on a thread of its own.
private final class SQLThread: SerialExecutor {
    private let queue = DispatchQueue(label: "traffic sql")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            unsafe job.runSynchronously(on: self.asUnownedSerialExecutor())
        }
    }
}

/// Owns one libpq connection.
@safe
private final class SQLConnection {
    private let connection: OpaquePointer

    init(_ connectionString: String) throws {
        guard let connection = unsafe PQconnectdb(connectionString) else {
            throw SQLFailure(state: nil, message: "out of memory")
        }
        guard unsafe PQstatus(connection) == CONNECTION_OK else {
            let message = unsafe String(cString: PQerrorMessage(connection))
            unsafe PQfinish(connection)
            throw SQLFailure(state: nil, message: message)
        }
        unsafe self.connection = connection
    }

    deinit {
        unsafe PQfinish(connection)
    }

    func run(_ statements: String) throws -> [[String?]] {
        let result = unsafe PQexec(connection, statements)
        defer { unsafe PQclear(result) }
        let status = unsafe PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            let state = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { unsafe String(cString: $0) }
            let failure = unsafe SQLFailure(state: state, message: String(cString: PQerrorMessage(connection)))
            unsafe PQclear(PQexec(connection, "ROLLBACK"))
            throw failure
        }
        let (rows, columns) = unsafe (PQntuples(result), PQnfields(result))
        return (0..<rows).map { row in
            (0..<columns).map { column in
                guard unsafe PQgetisnull(result, row, column) == 0 else { return nil }
                return unsafe String(cString: PQgetvalue(result, row, column))
            }
        }
    }
}
