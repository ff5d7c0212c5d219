import RedisStore
import TestServers
import Testing

@Suite("TLS")
struct TLSTests {
    private func withTLS<T: Sendable>(_ body: (RedisServer) async throws -> T) async throws -> T {
        let options = RedisServerOptions(tls: true, arguments: ["--bind", "127.0.0.1", "127.0.0.2"])
        return try await RedisServer.withServer(options, body)
    }

    private func ping(_ server: RedisServer, host: String, caFile: String?) async throws -> RedisReply {
        var settings = try RedisSettings(url: server.url(host: host))
        settings.tls?.caFile = caFile
        return try await RedisConnection.withConnection(settings) { connection in
            try await connection.reply(to: RedisCommand("PING"), "PING")
        }
    }

    private func failure(_ server: RedisServer, host: String, caFile: String?) async throws -> String {
        let error = await #expect(throws: RedisError.self) {
            try await ping(server, host: host, caFile: caFile)
        }
        let words = try #require(error).description
        #expect(words.hasPrefix("cannot connect to Redis at \(host):\(server.port) (TLS): "))
        #expect(isOneLine(words))
        return words
    }

    @Test("works by name and by address where the certificate is for them", arguments: ["localhost", "127.0.0.1"])
    func works(_ host: String) async throws {
        try await withTLS { server in
            let reply = try await ping(server, host: host, caFile: server.caFile)
            #expect(reply == .status("PONG"))
        }
    }

    /// `127.2` is a name to TLS, and short for 127.0.0.2 to every resolver.
    @Test("refuses a server whose certificate is for another name or address", arguments: ["127.2", "127.0.0.2"])
    func refusesOtherName(_ host: String) async throws {
        try await withTLS { server in
            let words = try await failure(server, host: host, caFile: server.caFile)
            #expect(words.contains("the certificate does not fit the host name"))
        }
    }

    @Test("refuses a server whose authority is not trusted, and names the option that trusts it")
    func refusesUntrusted() async throws {
        try await withTLS { server in
            let words = try await failure(server, host: "localhost", caFile: nil)
            #expect(words.contains("the server's certificate is not trusted; give its authority with --redis-ca-file"))
        }
    }

    @Test("says that the file of authorities cannot be read")
    func saysThatFileIsMissing() async throws {
        try await withTLS { server in
            let words = try await failure(server, host: "localhost", caFile: "/no/such/ca.crt")
            #expect(words.contains("no authorities can be read from /no/such/ca.crt"))
        }
    }

    @Test("to a server that does not speak it says so, and so does plain text to one that does")
    func saysThatServerSpeaksOther() async throws {
        try await RedisServer.withServer(RedisServerOptions(tcp: true)) { server in
            var settings = try RedisSettings(url: server.url)
            settings.tls = RedisSettings.TLS()
            settings.commandTimeout = 1
            let error = await #expect(throws: RedisError.self) {
                try await RedisConnection.withConnection(settings) { _ in }
            }
            #expect(error?.description.contains("does the server speak TLS on this port?") == true)
        }
        try await withTLS { server in
            let plain = RedisSettings(endpoint: .tcp(host: "localhost", port: server.port))
            let error = await #expect(throws: RedisError.self) {
                try await RedisConnection.withConnection(plain) { _ in }
            }
            #expect(error?.description.contains("rediss://") == true)
        }
    }

    @Test("older than 1.2 is not spoken")
    func isNotOld() async throws {
        let handling: HTTPServer.Handling = { _ in .reply(200) }
        try await HTTPServer.withTLSServer(isOld: true, handling: handling) { server in
            let port = try #require(server.url.split(separator: ":").last.flatMap { Int($0) })
            var settings = RedisSettings(
                endpoint: .tcp(host: "localhost", port: port), tls: RedisSettings.TLS(caFile: server.caFile))
            settings.commandTimeout = 5
            let error = await #expect(throws: RedisError.self) {
                try await RedisConnection.withConnection(settings) { _ in }
            }
            guard case .cannotConnect(_, let reason) = error else { throw try #require(error) }
            #expect(reason.contains("TLS"))
        }
    }

    @Test("sends the server's name, so that a proxy finds the server; an address is no name")
    func sendsServerName() async throws {
        for (host, isSent) in [("localhost", true), ("127.0.0.1", false)] {
            try await FakeServer.with([.sayAndClose("")]) { settings, arrived in
                guard case .tcp(_, let port) = settings.endpoint else { return }
                let named = RedisSettings(endpoint: .tcp(host: host, port: port), tls: RedisSettings.TLS())
                await #expect(throws: RedisError.self) { try await RedisConnection.withConnection(named) { _ in } }
                var pieces = arrived.makeAsyncIterator()
                let hello = try #require(await pieces.next())
                #expect(hello.contains(host) == isSent)
            }
        }
    }
}
