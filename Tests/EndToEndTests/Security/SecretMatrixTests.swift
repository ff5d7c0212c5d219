import Foundation
import Synchronization
import TestPlatform
import TestServers
import Testing

/// Every place where the program tells something, beside every kind of secret, with peers that repeat whatever they know:
/// no secret comes out, in none of its forms.
@Suite(.postgres) struct SecretMatrixTests {
    private func expectNone(
        _ secrets: PlantedSecrets, _ sinks: [(sink: String, text: String)],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for (sink, text) in sinks {
            let found = secrets.found(in: text)
            #expect(found.isEmpty, "\(sink): \(found) in \(text.prefix(3000))", sourceLocation: sourceLocation)
        }
        // A sink that says nothing proves nothing.
        for name in ["telemetry", "maintenance log", "/readyz", "/schedule", "/report", "/metrics"] {
            #expect(
                sinks.contains { $0.sink == name && !$0.text.isEmpty }, "\(name) is silent",
                sourceLocation: sourceLocation)
        }
    }

    @Test("A Redis that repeats what it was sent in every error", arguments: PlantedSecrets.all)
    func ofRedis(_ secrets: PlantedSecrets) async throws {
        try await withPlatform { platform, program in
            let heard = Mutex<[String]>([])
            let handling: RedisProxy.Handling = { call, _ in
                let said = heard.withLock { heard in
                    if heard.count < 20 { heard.append(call.words.joined(separator: " ")) }
                    return heard.joined(separator: "; ")
                }
                if call.name == "AUTH" || call.name == "PING" { return .reply(Array("+OK\r\n".utf8)) }
                let line = "-ERR \(call.name) failed: \(secrets.repeated) \(said)"
                return .reply(Array((line.replacing(#/[\r\n]/#, with: " ") + "\r\n").utf8))
            }
            try await RedisProxy.withProxy(to: platform.redis, handling: handling) { proxy in
                let sinks = try await Sinks.all(
                    of: program, secrets,
                    [
                        "REDIS_URL": proxy.url,
                        "POSTGRES_CONNECTION_STRING": platform.connectionString + " " + secrets.postgresKeyword,
                    ], peersSay: secrets.repeated)
                expectNone(secrets, sinks)
                #expect(sinks.contains { $0.sink.hasPrefix("/report") && $0.text.contains("(hidden)") })
            }
        }
    }

    @Test("A Redis that does not know AUTH", arguments: PlantedSecrets.all)
    func ofRedisWithoutAuth(_ secrets: PlantedSecrets) async throws {
        let options = RedisServerOptions(tcp: true, arguments: ["--rename-command", "AUTH", ""])
        try await withPlatform(redis: options) { platform, program in
            let password = PlantedSecrets.encoded(secrets.redisPassword)
            let sinks = try await Sinks.all(
                of: program, secrets,
                [
                    "REDIS_URL": "redis://:\(password)@127.0.0.1:\(platform.redis.port)",
                    "REDIS_PASSWORD": String?.none,
                ],
                peersSay: secrets.repeated)
            expectNone(secrets, sinks)
            #expect(sinks.contains { $0.sink == "/readyz" && $0.text.contains("AUTH") })
        }
    }

    @Test("A PostgreSQL that repeats what it was sent, at the login and afterwards", arguments: PlantedSecrets.all)
    func ofPostgres(_ secrets: PlantedSecrets) async throws {
        try await withPlatform(redis: RedisServerOptions(password: secrets.redisPassword)) { platform, program in
            let number = try #require(PlantedSecrets.Shape.allCases.firstIndex(of: secrets.shape))
            let manner: PostgresEcho.Manner = number == 1 ? .refusesStatements : .refusesLogin
            try await PostgresEcho.withServer(manner, saying: secrets.repeated) { server in
                let strings = [
                    "host=127.0.0.1 port=\(server.port) user=app dbname=tickets \(secrets.postgresKeyword)",
                    "postgresql://app:\(PlantedSecrets.encoded(secrets.postgresPassword))@127.0.0.1:\(server.port)/tickets",
                    "postgresql://app@127.0.0.1:\(server.port)/tickets",
                ]
                let string = strings[number]
                let sinks = try await Sinks.all(
                    of: program, secrets, ["POSTGRES_CONNECTION_STRING": string], peersSay: secrets.repeated)
                expectNone(secrets, sinks)
                // libpq itself does not take in an error of a login that is as long as this one.
                #expect(
                    secrets.shape == .long || sinks.contains { $0.sink == "/readyz" && $0.text.contains("(hidden)") })
                #expect(!sinks.contains { $0.sink.hasPrefix("stderr") && $0.text.contains("NOTICE") })
            }
        }
    }

    @Test("A password that libpq takes from a file of its own")
    func ofAFile() async throws {
        try await withPlatform { platform, program in
            try await PostgresEcho.withServer(.refusesLogin, saying: "") { server in
                let file = "\(platform.redis.folder)/pgpass"
                let isThere = FileManager.default.createFile(
                    atPath: file, contents: Data("*:*:*:*:fromAFileHunter2\n".utf8),
                    attributes: [.posixPermissions: 0o600])
                #expect(isThere)
                let run = try await program.run(
                    ["check"],
                    environment: [
                        "POSTGRES_CONNECTION_STRING": "host=127.0.0.1 port=\(server.port) user=app dbname=t",
                        "PGPASSFILE": file,
                    ])
                #expect(run.status == 1 && run.message.contains("password authentication failed for (hidden)"))
                #expect(!run.message.contains("Hunter2"))
            }
        }
    }

    @Test("Secrets among the data of both servers", arguments: PlantedSecrets.all)
    func amongData(_ secrets: PlantedSecrets) async throws {
        try await withPlatform(redis: RedisServerOptions(password: secrets.redisPassword)) { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            let event = "event \(secrets.redisPassword)"
            try await platform.addEvent(event, categories: [("category \(secrets.apiToken)", 100, 10)])
            let hold = try await platform.acquire(
                "token \(secrets.postgresPassword)", event: event, [Seats("category \(secrets.apiToken)", 2)])
            try await platform.orderB(hold)
            let status = secrets.repeated.replacing("'", with: "''")
            try await platform.sql("UPDATE orders SET status = '\(status)'")
            try await platform.redis.command("ZADD", platform.indexKey, "1", "stray \(secrets.repeated)")
            try await platform.redis.command(
                "HSET", platform.inventoryKey(event: event, category: "category \(secrets.apiToken)"), "total",
                secrets.workerToken)
            try await platform.redis.command("SET", platform.holdKey("foreign \(secrets.repeated)"), "x")
            let sinks = try await Sinks.all(
                of: program, secrets,
                ["POSTGRES_CONNECTION_STRING": platform.connectionString + " " + secrets.postgresKeyword],
                peersSay: secrets.repeated)
            expectNone(secrets, sinks)
            #expect(sinks.contains { $0.sink.hasPrefix("/report") && $0.text.contains("(hidden)") })
        }
    }
}
