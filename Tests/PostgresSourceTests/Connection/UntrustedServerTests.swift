import PostgresSource
import Testing

/// A server that says what PostgreSQL never would: the connection is lost, in time, and the error says why.
@Suite("a server that is not trusted") struct UntrustedServerTests {
    private func failure(_ answers: [[UInt8]], floods: Bool = false) async throws -> PostgresError {
        try await FakePostgres.with(answers, floods: floods) { string in
            let settings = PostgresSettings(connectionString: string, connectTimeout: 5, statementTimeout: 1)
            let error = await #expect(throws: PostgresError.self) {
                try await PostgresSource.withSource(settings) { try await $0.eventCount() }
            }
            return try #require(error)
        }
    }

    /// In, out, and both.
    private static let copies = ["G", "H", "W"].map { FakePostgres.message($0, [0, 0, 1, 0, 0]) }

    @Test("begins a COPY that nothing has asked for", .timeLimit(.minutes(1)), arguments: copies)
    func beginsCopy(_ copy: [UInt8]) async throws {
        for answer in [copy, FakePostgres.refusal + copy, FakePostgres.message("C", Array("BEGIN\0".utf8)) + copy] {
            let error = try await failure([answer])
            guard case .connectionLost = error else { throw error }
            #expect(error.description.contains("a COPY that nothing had asked for"))
        }
    }

    @Test("answers a statement without an end", .timeLimit(.minutes(1)))
    func answersWithoutEnd() async throws {
        let complete = FakePostgres.message("C", Array("BEGIN\0".utf8))
        for answer in [complete, FakePostgres.refusal] {
            let error = try await failure([answer])
            guard case .connectionLost = error else { throw error }
            #expect(error.description.contains("no answer for 6.0 s"))
        }
    }

    @Test("sends one row without an end, of which no more is taken in than the largest has", .timeLimit(.minutes(1)))
    func sendsEndlessRow() async throws {
        let answers = [FakePostgres.message("D", [], length: 1 << 30)]
        let error = try await failure(answers, floods: true)
        guard case .connectionLost = error else { throw error }
        #expect(error.description.contains("eventCount") || error.description.contains("event-count"))
    }
}
