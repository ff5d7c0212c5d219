@testable import PostgresSource

/// A second session that stays open and may write: what the platform does while the program reads.
struct WriterSession {
    private let handle: ConnectionHandle

    init(on database: TicketsDatabase) throws {
        handle = try ConnectionHandle(database.settings(user: "postgres", application: "writer"))
    }

    func run(_ statements: String...) throws {
        for statement in statements { try handle.execute(statement) }
    }
}
