import TestPlatform
import TestServers
import Testing

/// What the program says of a command line, and its pages of the options.
@Suite(.postgres) struct UsageTests {
    @Test("Every option that --help names is in the reference")
    func everyOptionIsInTheReference() async throws {
        try await withPlatform { _, program in
            let reference = try Deployment.text("ops/reference.md")
            let help = try await ProgramHelp.of(program)
            #expect(help.count >= 7)
            for (command, options) in help {
                for option in options where !["--help", "--version"].contains(option) {
                    #expect(
                        reference.contains("`\(option)`") || reference.contains("`\(option) "),
                        "\(option) of \(command)")
                }
            }
        }
    }

    @Test(
        "An address that is given and empty is told as that, and is not libpq's own",
        arguments: [
            (["--postgres", ""], "--postgres is empty"), (["--redis", ""], "--redis is empty"),
            (["--postgres", " "], "--postgres is empty"), (["--redis", "\n"], "--redis is empty"),
        ])
    func emptyOptions(_ options: [String], _ words: String) async throws {
        try await withPlatform { _, program in
            for command in ["check", "doctor"] {
                let run = try await program.run([command] + options)
                #expect(run.status == 64)
                #expect(run.message.contains(words), "\(run.message)")
            }
        }
    }

    @Test("A variable that is there and empty is told as that")
    func emptyVariables() async throws {
        try await withPlatform { _, program in
            for variable in ["POSTGRES_CONNECTION_STRING", "DATABASE_URL"] {
                var environment: [String: String?] = ["POSTGRES_CONNECTION_STRING": nil]
                environment[variable] = ""
                let run = try await program.run(["check"], environment: environment)
                #expect(run.status == 64)
                #expect(run.message.contains("\(variable) is empty"), "\(run.message)")
            }
            for variable in ["REDIS_URL", "REDIS_HOST"] {
                var environment: [String: String?] = ["REDIS_URL": nil]
                environment[variable] = ""
                let run = try await program.run(["check"], environment: environment)
                #expect(run.status == 64)
                #expect(run.message.contains("\(variable) is empty"), "\(run.message)")
            }
        }
    }

    @Test("What is wrong with a command points to that command's help", arguments: ["check", "worker", "inspect"])
    func errorsPointToTheirHelp(_ command: String) async throws {
        try await withPlatform { _, program in
            let run = try await program.run(
                [command, "gala"].filter { $0 != "gala" || command == "inspect" },
                environment: ["POSTGRES_CONNECTION_STRING": String?.none])
            #expect(run.status == 64)
            #expect(run.message.contains("hold-reconciler \(command) --help"), "\(run.message)")
        }
    }

    @Test("A token goes to another machine over TLS alone, unless somebody says otherwise")
    func tokensGoOverTLS() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            func message(_ url: String, _ options: [String] = [], token: String? = "api-secret") async throws -> String
            {
                let run = try await program.run(
                    ["verify-api", "--event", "gala", "--category", "gala stalls", "--api", url] + options,
                    environment: ["HOLD_RECONCILER_API_TOKEN": token])
                #expect(run.status == 64)
                #expect(!run.message.contains("api-secret"))
                return run.message
            }
            for url in [
                "http://api.example", "http://10.0.0.1:8080/api", "HTTP://127.0.0.1.example", "http://[2001:db8::1]",
            ] {
                #expect(try await message(url).contains("--allow-plain-http"), "\(url)")
                // What comes next: without --execute nothing is placed.
                #expect(try await message(url, ["--allow-plain-http"]).contains("without --execute"))
                #expect(try await message(url, token: nil).contains("without --execute"))
            }
            for url in [
                "https://api.example", "http://localhost:1", "http://127.0.0.1", "http://127.1.2.3:80",
                "http://[::1]:1",
            ] {
                #expect(try await message(url).contains("without --execute"), "\(url)")
            }
        }
    }
}
