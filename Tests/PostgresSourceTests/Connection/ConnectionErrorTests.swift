import PostgresSource
import TestServers
import Testing

/// A server that asks for a password over TCP, and does not speak TLS.
@Suite("a connection that fails", .postgres(PostgresServerOptions(tcp: true, password: "right-Secret-1")))
struct ConnectionErrorTests {
    private func error(_ connectionString: String) async throws -> PostgresError {
        try #require(
            await #expect(throws: PostgresError.self) {
                try await PostgresSource.withSource(PostgresSettings(connectionString: connectionString)) { source in
                    try await source.eventCount()
                }
            })
    }

    private func tcp(password: String? = "right-Secret-1") throws -> String {
        try #require(PostgresServer.current).tcpConnectionString(password: password)
    }

    @Test("names place, database and role, and what the server said, in one line without the password")
    func namesPlace() async throws {
        let port = try #require(PostgresServer.current).port
        let words = try await error(tcp(password: "wrong-Secret-2")).description
        #expect(
            words.hasPrefix("cannot connect to PostgreSQL at 127.0.0.1:\(port), database postgres, role postgres: "))
        #expect(words.contains("password authentication failed"))
        #expect(!words.contains("Secret"))
        #expect(isOneLine(words))
    }

    @Test("says that a password is needed where none was given")
    func saysPasswordIsNeeded() async throws {
        let words = try await error(tcp(password: nil)).description
        #expect(words.contains("no password supplied"))
        #expect(isOneLine(words))
    }

    @Test("says that the server has no TLS where TLS was asked for", arguments: ["require", "verify-full"])
    func saysServerHasNoTLS(_ mode: String) async throws {
        let words = try await error(tcp() + " sslmode=\(mode)").description
        #expect(words.contains("server does not support SSL, but SSL was required"))
        #expect(!words.contains("Secret"))
        #expect(isOneLine(words))
    }

    @Test("says that nobody answers", arguments: ["host=127.0.0.1 port=1", "host=/no/such/folder"])
    func saysNobodyAnswers(_ place: String) async throws {
        let words = try await error(place + " user=me dbname=x password=my-Secret-3").description
        #expect(words.hasPrefix("cannot connect to PostgreSQL at "))
        #expect(words.contains("Is the server running"))
        #expect(!words.contains("Secret"))
        #expect(isOneLine(words))
    }

    @Test("says that a socket's server has more callers waiting than it takes")
    func saysThatTheQueueIsFull() async throws {
        try await withTemporaryFolder("full") { folder in
            try await withFullSocket(at: "\(folder)/.s.PGSQL.5432") {
                let words = try await error("host=\(folder) user=me dbname=x").description
                #expect(words.contains("more clients wait at its socket than it takes"), "\(words)")
                #expect(isOneLine(words))
            }
        }
    }

    @Test("says that the host's name does not resolve")
    func saysNameDoesNotResolve() async throws {
        let words = try await error("postgresql://me:my-Secret-3@no-such-host.invalid/x").description
        #expect(words.contains("could not translate host name \"no-such-host.invalid\""))
        #expect(!words.contains("Secret"))
    }

    @Test(
        "never repeats a connection string that cannot be read, which may hold a password anywhere",
        arguments: [
            "postgresql://me:my%Secret@host/x", "host=h password=my Secret", "postgresql://me:my/Secret@host:5432/x",
            "postgresql://me:my@Secret@host/x", "postgresql://me:my@Secret/1@host/x", "Secret",
            "host=h port=Secret", "postgresql://me:x@host:Secret/x",
        ])
    func neverRepeatsUnreadableString(_ string: String) async throws {
        let error = try await error(string)
        #expect(error.description.hasPrefix("the PostgreSQL connection string cannot be used: "))
        #expect(!error.description.contains("Secret"))
        #expect(isOneLine(error.description))
    }

    @Test("is none with the right password")
    func isNoneWithRightPassword() async throws {
        let settings = PostgresSettings(connectionString: try tcp())
        #expect(try await PostgresSource.withSource(settings) { try await $0.serverFacts() }.database == "postgres")
    }
}
