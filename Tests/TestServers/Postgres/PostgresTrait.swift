package import Testing

/// Starts one PostgreSQL for a suite: `@Suite(.postgres)`. Its tests find it in ``PostgresServer/current``.
package struct PostgresTrait: SuiteTrait, TestScoping {
    let options: PostgresServerOptions

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await PostgresServer.withServer(options, isOneOfMany: true) { server in
            try await PostgresServer.$current.withValue(server) { try await function() }
        }
    }
}

extension Trait where Self == PostgresTrait {
    /// One PostgreSQL for the suite.
    package static var postgres: Self { Self(options: PostgresServerOptions()) }

    /// One PostgreSQL for the suite, started as asked.
    package static func postgres(_ options: PostgresServerOptions) -> Self { Self(options: options) }
}

extension PostgresServer {
    /// The server of the suite that runs; `nil` outside of a suite with the trait `.postgres`.
    @TaskLocal package static var current: PostgresServer?
}
