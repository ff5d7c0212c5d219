import Foundation
import TestPlatform
import TestServers
import Testing

/// A connection string that cannot be used is never shown, not one piece of what may be its password, wherever it came from
/// and whatever was asked.
@Suite(.postgres) struct UnusableStringTests {
    static let forPostgres = [
        // ADO.NET, Npgsql.
        "Host=db.example.invalid;Port=5432;Database=tickets;Username=app;Password=hunter2;Ssl Mode=Require",
        "host=127.0.0.1;port=5432;database=tickets;username=app;password=hunter2",
        "Server=127.0.0.1;Database=tickets;Port=5432;User Id=app;Password=hunter2;",
        "server=127.0.0.1;password=hunter2",
        "Server=127.0.0.1,1433;Initial Catalog=tickets;User ID=app;Password=hunter2;Encrypt=True", "Password=hunter2",
        "Host=127.0.0.1 Username=app Password=hunter2",
        // JDBC, SQLAlchemy, Prisma's proxy, other schemes.
        "jdbc:postgresql://127.0.0.1:1/tickets?user=app&password=hunter2",
        "postgresql+asyncpg://app:hunter2@127.0.0.1:1/t",
        "postgres+psycopg2://app:hunter2@127.0.0.1:1/t", "prisma://127.0.0.1/?api_key=hunter2",
        "mysql://app:hunter2@127.0.0.1:1/tickets", "redis://:hunter2@127.0.0.1:1",
        // Special characters of a password as they are.
        "postgresql://app:hun/ter2hunter2@127.0.0.1:1/tickets", "postgresql://app:hunter2/@127.0.0.1:1/tickets",
        "postgresql://app:12/hunter2@127.0.0.1:1/tickets",
        "postgresql://app:12/t?user=hunter2@127.0.0.1:1/tickets",
        "postgresql://app:a@hunter2@127.0.0.1:1/tickets", "postgresql://a@b:hunter2@127.0.0.1:1/tickets",
        "postgres://app:hunter2%zz@127.0.0.1:1/tickets", "postgres://app:hunter2%@127.0.0.1:1/tickets",
        "postgres://app:hunter2%00@127.0.0.1:1/tickets", "postgres://app:hunter2 x@127.0.0.1:1/tickets",
        "postgres://app:hunter2", "postgres://127.0.0.1:1/tickets#hunter2",
        "postgres://127.0.0.1;password=hunter2/tickets",
        "postgres://127.0.0.1:1/tickets;password=hunter2", "postgres://127.0.0.1:1/tickets?password=hunter2&x=1",
        "postgres://127.0.0.1:1/tickets?sslmode=require;password=hunter2", "postgres://127.0.0.1:1/tickets?hunter2",
        "postgres://app:x@127.0.0.1:1/tickets?schema=hunter2", "postgres://app:x@127.0.0.1:1/t?sslaccept=hunter2",
        // Keywords in other forms' separators, without quotes, without '='.
        "host=127.0.0.1 port=1 user=app password=hunter2 more words", "host=127.0.0.1 port=1 user=app,password=hunter2",
        "dbname=tickets,password=hunter2 host=127.0.0.1 port=1",
        "host=127.0.0.1 port=1 dbname=tickets;password=hunter2",
        "user=app;password=hunter2 host=127.0.0.1 port=1", "host=127.0.0.1 port=1;password=hunter2",
        "host=127.0.0.1 port=1 password='hunter2", "host=127.0.0.1 port=1 password=my hunter2",
        "host=127.0.0.1 port=1 passwort=hunter2", "host=127.0.0.1 port=1 sslmode=require;password=hunter2",
        "host=127.0.0.1 port=1 connect_timeout=3,password=hunter2", "host=127.0.0.1 port=1 sslcert=/x;password=hunter2",
        "host=127.0.0.1 port=1 options=-cjit=on;password=hunter2", "host=127.0.0.1,password=hunter2 port=1",
        "host=127.0.0.1 port=1 user=app:hunter2", "host=127.0.0.1 port=1 dbname=postgres://app:hunter2@127.0.0.1/t",
        "host=127.0.0.1 port=1 password=x;port=hunter2", "service=x;password=hunter2",
        // Wrapped, not resolved, of another kind.
        "\"postgres://app:hunter2@127.0.0.1:1/tickets\"", "'host=127.0.0.1 password=hunter2'", "hunter2",
        "@Microsoft.KeyVault(SecretUri=https://hunter2.vault.invalid/secrets/x)", "${HUNTER2}",
        #"{"host": "127.0.0.1", "password": "hunter2"}"#, "DATABASE_URL=postgres://app:hunter2@127.0.0.1:1/tickets",
        "postgres//app:hunter2@127.0.0.1", "postgres:app:hunter2@127.0.0.1/tickets",
    ]

    static let forRedis = [
        "127.0.0.1:1,password=hunter2,ssl=True,abortConnect=False",
        "cache.example.invalid:6380,password=hunter2,ssl=True",
        "redis://127.0.0.1:1,password=hunter2", "redis://127.0.0.1,password=hunter2",
        "redis://127.0.0.1;password=hunter2",
        "redis://:hun/hunter2@127.0.0.1:1", "redis://:hunter2#@127.0.0.1:1", "redis://:12/hunter2@127.0.0.1:1",
        "redis://:12?hunter2@127.0.0.1:1", "redis://127.0.0.1:hunter2", "redis://127.0.0.1:1/hunter2",
        "redis://127.0.0.1:1?password=hunter2", "http://:hunter2@127.0.0.1:1", "postgres://app:hunter2@127.0.0.1:1/t",
        "unix:///nowhere,password=hunter2", "unix:///nowhere;password=hunter2", "unix:///nowhere?password=hunter2",
        "\"redis://:hunter2@127.0.0.1:1\"", "@Microsoft.KeyVault(SecretUri=https://hunter2.vault.invalid/secrets/x)",
        ":hunter2@127.0.0.1:1", "hunter2", "redis://a;password=hunter2:x@127.0.0.1:1",
    ]

    private static let commands = [
        ["check"], ["check", "--format", "json", "--log-format", "json"], ["rebuild", "--holds", "rebuild"], ["purge"],
        ["inspect", "e1"], ["doctor"], ["worker", "--show-config"],
        ["verify-api", "--api", "http://127.0.0.1:1", "--event", "e1", "--category", "c1", "--execute"],
    ]

    @Test("of PostgreSQL: in every command, as variable and as option", arguments: forPostgres)
    func ofPostgres(_ string: String) async throws {
        try await expectSilence(about: string, variables: ["POSTGRES_CONNECTION_STRING", "DATABASE_URL"], "--postgres")
    }

    @Test("of Redis: in every command, as variable and as option", arguments: forRedis)
    func ofRedis(_ string: String) async throws {
        try await expectSilence(about: string, variables: ["REDIS_URL"], "--redis")
    }

    @Test(
        "in a variable that is for a part of an address",
        arguments: [
            ("REDIS_HOST", "redis://:hunter2@127.0.0.1:1"), ("REDIS_HOST", "127.0.0.1:1,password=hunter2"),
            ("REDIS_HOST", "127.0.0.1;password=hunter2"), ("REDIS_HOST", "hunter2@127.0.0.1"),
            ("REDIS_PORT", "6379,password=hunter2"), ("REDIS_PORT", "hunter2"), ("REDIS_TLS_ENABLED", "True,hunter2"),
            ("PGHOST", "127.0.0.1;password=hunter2"), ("PGPORT", "1;password=hunter2"),
            ("PGUSER", "a;password=hunter2"),
            ("PGDATABASE", "postgres://app:hunter2@127.0.0.1/t"), ("PGHOSTADDR", "127.0.0.1;password=hunter2"),
        ])
    func inAPart(_ name: String, _ text: String) async throws {
        try await withPlatform { _, program in
            var environment: [String: String?] = [name: text]
            if name.hasPrefix("REDIS") { environment["REDIS_URL"] = .some(nil) }
            if name == "REDIS_PORT" || name == "REDIS_TLS_ENABLED" { environment["REDIS_HOST"] = "127.0.0.1" }
            if name.hasPrefix("PG") { environment["POSTGRES_CONNECTION_STRING"] = "user=app" }
            if name == "PGUSER" { environment["POSTGRES_CONNECTION_STRING"] = "host=127.0.0.1 port=1" }
            for arguments in [["check"], ["doctor"], ["worker", "--show-config"]] {
                let run = try await program.run(arguments, environment: environment)
                #expect(run.status == 64, "\(arguments)")
                #expect(run.message.contains(name))
                expectNothing(of: run, arguments)
            }
        }
    }

    @Test("in a worker's file, which is named, and whose worker never listens")
    func inAFile() async throws {
        try await withPlatform { platform, program in
            for (setting, string) in Self.forPostgres.map({ ("postgres", $0) }) + Self.forRedis.map({ ("redis", $0) }) {
                let file = "\(platform.redis.folder)/worker.json"
                try JSONEncoder().encode([setting: string]).write(to: URL(fileURLWithPath: file))
                let environment: [String: String?] = [
                    setting == "redis" ? "REDIS_URL" : "POSTGRES_CONNECTION_STRING": String?.none,
                    "HOLD_RECONCILER_CONFIG": file,
                ]
                let run = try await program.run(["worker", "--show-config"], environment: environment)
                #expect(run.status == 64, "\(string)")
                #expect(run.message.contains("\(setting) in \(file)"), "\(string): \(run.message)")
                expectNothing(of: run, [string])
            }
        }
    }

    @Test("that stands on the command line without its quotes, so that its pieces are words of their own")
    func asWords() async throws {
        try await withPlatform { _, program in
            for arguments in [
                ["--postgres", "host=127.0.0.1", "user=app", "password=hunter2"], ["host=127.0.0.1 password=hunter2"],
                ["--postgres", "host=127.0.0.1", "password=my", "hunter2"], ["--redis", "redis://", "hunter2"],
                ["--postgres=host=127.0.0.1", "--password=hunter2"], ["--redis-timeout", "redis://:hunter2@127.0.0.1"],
                ["--log-format=redis://:hunter2@127.0.0.1"], ["redis://:hunter2@127.0.0.1"],
            ] {
                for format in ["text", "json"] {
                    let run = try await program.run(
                        ["check"] + arguments, environment: ["HOLD_RECONCILER_LOG_FORMAT": format])
                    #expect(run.status == 64, "\(arguments)")
                    expectNothing(of: run, arguments)
                }
            }
        }
    }

    private func expectSilence(about string: String, variables: [String], _ option: String) async throws {
        try await withPlatform { platform, program in
            let log = "\(platform.redis.folder)/maintenance.log"
            for (number, command) in Self.commands.enumerated() {
                var environment: [String: String?] = [:]
                for name in variables { environment[name] = .some(nil) }
                var arguments = command
                let place = (variables + [option])[number % (variables.count + 1)]
                if place == option { arguments += [option, string] } else { environment[place] = string }
                if command == ["check"] || command == ["purge"] { arguments += ["--maintenance-log", log] }
                let run = try await program.run(arguments, environment: environment)
                #expect(run.status == 64, "\(arguments): \(run.message)")
                #expect(run.message.contains(place), "\(arguments): \(run.message)")
                #expect(run.output.isEmpty)
                expectNothing(of: run, arguments)
            }
            #expect(!FileManager.default.fileExists(atPath: log))
        }
    }

    private func expectNothing(of run: Program.Run, _ what: [String]) {
        let said = run.output + run.message
        for piece in ["hunter2", "hun/", "ter2"] where said.lowercased().contains(piece) {
            Issue.record("\(piece) leaked in \(what): \(said)")
        }
    }
}
