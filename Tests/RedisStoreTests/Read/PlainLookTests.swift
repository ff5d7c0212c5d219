import HoldModel
import RedisStore
import TestServers
import Testing

/// Who may run no script looks by plain commands, and sees the same.
@Suite("a look without scripts")
struct PlainLookTests {
    /// All that `ops/deploy/redis` grants who looks.
    private static let guest =
        "guest on >secret %R~p:* -@all +hmget +exists +zscore +zmscore +zrangebyscore +type +info +multi +exec +ping"

    private func withBoth(_ body: (RedisServer, _ owner: HoldStore, _ guest: HoldStore) async throws -> Void)
        async throws
    {
        try await RedisServer.withServer(RedisServerOptions(tcp: true, aclUsers: [Self.guest])) { server in
            try await RedisConnection.withConnection(try RedisFixture.settings(server)) { owner in
                let url = "redis://guest:secret@127.0.0.1:\(server.port)"
                try await RedisConnection.withConnection(RedisSettings(url: url)) { guest in
                    let keys = KeySpace(prefix: "p:")
                    func store(_ connection: RedisConnection) -> HoldStore {
                        HoldStore(connection, ScriptRunner(connection, knowsScriptFlags: true), keys: keys)
                    }
                    try await body(server, store(owner), store(guest))
                }
            }
        }
    }

    private static let request = SurveyRequest(
        event: EventID("e"), categories: ["c", "none", "text", "bare"].map { CategoryID($0) },
        tokens: ["t", "none", "text", "bare", "spare:x"].map { HoldToken($0) })

    private func fill(_ server: RedisServer, indexType: String = "zset") async throws {
        for words in [
            ["HSET", "p:inventory:e:c", "total", "10", "sold", "01", "version", "7"],
            ["SET", "p:inventory:e:text", "x"],
            ["HSET", "p:inventory:e:bare", "other", "1"],
            [
                "HSET", "p:holds:t", "status", "held", "expiresAtEpoch", "100", "entries",
                #"[{"eventId":"e","categoryId":"c","quantity":2}]"#,
            ],
            ["RPUSH", "p:holds:text", "x"], ["HSET", "p:holds:bare", "other", "1"],
            ["HSET", "p:holds:spare:x", "metadata", #"{"eventId":"e"}"#],
            indexType == "zset"
                ? ["ZADD", "p:holds:expiration-index", "100", "t", "5.5", "none"]
                : ["SET", "p:holds:expiration-index", "x"],
        ] { try await server.command(words) }
    }

    @Test("shows every state of a key as the scripts do, whatever the index is", arguments: ["zset", "string"])
    func showsTheSame(_ indexType: String) async throws {
        try await withBoth { server, owner, guest in
            try await fill(server, indexType: indexType)
            let seen = try await owner.survey([Self.request, Self.request])
            #expect(try await guest.survey([Self.request, Self.request]).map { "\($0)" } == seen.map { "\($0)" })
            #expect(seen.first?.holds.first?.score == (indexType == "zset" ? .score(Array("100".utf8)) : .noMember))
            let places = try await owner.places(of: Self.request.tokens)
            #expect(try await guest.places(of: Self.request.tokens).map { "\($0)" } == places.map { "\($0)" })
            #expect(try await server.commandStats()["exec"] != nil)
        }
    }

    @Test("at an event that does not stand still sees one instant, with the tail of the index")
    func seesOneInstant() async throws {
        try await withBoth { server, owner, guest in
            try await fill(server)
            // Which way is open a look before has shown.
            _ = try await (owner.survey([Self.request]), guest.survey([Self.request]))
            let seen = try await owner.hotSurvey(Self.request, indexFrom: Array("-inf".utf8))
            let same = try await guest.hotSurvey(Self.request, indexFrom: Array("-inf".utf8))
            #expect("\(same)" == "\(seen)")
            #expect(seen.tail?.count == 2)
        }
    }

    @Test("says what is lacking where a key is not to be read")
    func saysWhatIsLacking() async throws {
        try await withBoth { server, _, guest in
            try await server.command("ACL", "SETUSER", "guest", "resetkeys", "%R~other:*")
            let error = await #expect(throws: RedisError.self) { try await guest.survey([Self.request]) }
            #expect(error?.description.contains("NOPERM") == true)
        }
    }
}
