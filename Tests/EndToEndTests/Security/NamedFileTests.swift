import Foundation
import TestPlatform
import TestServers
import Testing

/// Files that options and variables name: none is waited for, and each that is no regular file is refused by its name.
@Suite(.postgres, .timeLimit(.minutes(2))) struct NamedFileTests {
    /// A FIFO that nobody writes to, and a device that never ends.
    private func unusable(in platform: Platform) throws -> [String] {
        let fifo = "\(platform.redis.folder)/fifo"
        try makeFIFO(at: fifo)
        return [fifo, "/dev/zero"]
    }

    /// Before anything is done: what a run repairs without a line in its log nobody can account for.
    @Test func aLogThatCannotBeWrittenIsRefusedBeforeTheRun() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.lostHash.inject(into: platform, event: "gala")
            let dump = try await platform.redis.dumpAll()
            let (target, link) = ("\(platform.redis.folder)/target", "\(platform.redis.folder)/link")
            try Data("other".utf8).write(to: URL(fileURLWithPath: target))
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
            for path in try unusable(in: platform) + [link, platform.redis.folder, "/nowhere/log"] {
                for command in [["rebuild", "--holds", "rebuild", "--execute"], ["worker", "--check-every", "1s"]] {
                    let run = try await program.run(command + ["--maintenance-log", path])
                    #expect(run.status == 64)
                    #expect(run.message.contains("the maintenance log \(path) cannot be written: "), "\(run.message)")
                    #expect(run.output.isEmpty)
                }
            }
            #expect(try await platform.redis.dumpAll() == dump)
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "other")
        }
    }

    @Test func whatTheProgramMakesIsNotForOthersHoweverWideItsMaskIs() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let log = "\(platform.redis.folder)/log"
            let end = try await program.behind("umask 0").worker(["--check-every", "1s", "--maintenance-log", log]) {
                worker in
                guard case .unixSocket(let socket) = worker.http.place else { return }
                _ = try await worker.wait(for: "a run") { try await worker.json("/report", as: Document.self) }
                for path in [socket, log] {
                    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                    #expect(try #require(mode) & 0o007 == 0, "\(path)")
                }
            }
            #expect(end.status == 0)
        }
    }

    @Test func settingsOfNoRegularFileAreRefused() async throws {
        try await withPlatform { platform, program in
            let large = "\(platform.redis.folder)/large"
            try Data(repeating: 0x20, count: 2 << 20).write(to: URL(fileURLWithPath: large))
            for path in try unusable(in: platform) + [large, platform.redis.folder] {
                let run = try await program("worker", "--show-config", "--config", path)
                #expect(run.status == 64)
                #expect(run.message.contains("the file \(path) cannot be read: it "), "\(run.message)")
            }
        }
    }

    @Test func settingsWithSecretsThatEverybodyMayReadAreWarnedOf() async throws {
        try await withPlatform { platform, program in
            for (text, mode, isWarned) in [
                (#"{"redisPassword": "hunter2"}"#, 0o644, true), (#"{"redisPassword": "hunter2"}"#, 0o640, false),
                (#"{"checkEvery": "5m"}"#, 0o644, false),
            ] {
                let path = "\(platform.redis.folder)/settings-\(mode)-\(isWarned)"
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
                let run = try await program("worker", "--show-config", "--config", path)
                #expect(run.status == 0)
                #expect(run.message.contains("every user of this machine: chmod 640") == isWarned, "\(run.message)")
                #expect(!run.message.contains("hunter2"))
            }
        }
    }

    @Test func authoritiesOfNoRegularFileAreRefused() async throws {
        try await withPlatform(redis: RedisServerOptions(tls: true)) { platform, program in
            try await platform.addHealthyEvents()
            let good = try await program.run(["check", "--redis-ca-file", try #require(platform.redis.caFile)])
            #expect(good.status == 0, "\(good.message)")
            for path in try unusable(in: platform) {
                let check = try await program("check", "--redis-ca-file", path)
                #expect(check.status == 1)
                #expect(check.message.contains("no authorities can be read from \(path) (it is "), "\(check.message)")
                let spot = try await program(
                    "verify-api", "--api", "https://127.0.0.1:1", "--api-ca-file", path, "--event", "gala",
                    "--category",
                    "gala stalls", "--execute", "--redis-ca-file", try #require(platform.redis.caFile))
                #expect(spot.status == 1)
                #expect(spot.message.contains("no authorities can be read from \(path)"), "\(spot.message)")
            }
        }
    }

    /// libpq opens these by itself, and would wait.
    @Test func filesOfPostgreSQLAreRefusedBeforeItsLibraryWaitsForThem() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            for path in try unusable(in: platform) {
                for keyword in ["sslrootcert", "sslcert", "sslcrl", "servicefile"] {
                    let string = platform.connectionString + " \(keyword)=\(path)"
                    let run = try await program("check", "--postgres", string)
                    #expect(run.status == 1)
                    #expect(run.message.contains("the file of \(keyword) is not used: it is "), "\(run.message)")
                }
                for variable in ["PGSSLROOTCERT", "PGSERVICEFILE"] {
                    let run = try await program.run(["check"], environment: [variable: path])
                    #expect(run.status == 1)
                    #expect(run.message.contains("the file of \(variable) is not used: it is "), "\(run.message)")
                }
            }
        }
    }

    /// Also those that nobody names: where libpq looks by itself.
    @Test func filesThatPostgreSQLsLibraryLooksForAreRefusedBeforeItWaitsForThem() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let tcp = "host=127.0.0.1 port=1 user=app dbname=t password=x"
            for (name, folder, string) in [
                ("root.crt", ".postgresql", tcp), ("postgresql.crt", ".postgresql", tcp),
                ("root.crl", ".postgresql", tcp), (".pg_service.conf", "", "service=tickets"),
            ] {
                let home = "\(platform.redis.folder)/home-\(name)"
                let place = folder.isEmpty ? home : "\(home)/\(folder)"
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                try makeFIFO(at: "\(place)/\(name)")
                let run = try await program.run(
                    ["check", "--postgres", string], environment: ["HOME": home, "PGSERVICEFILE": String?.none])
                #expect(run.status == 1)
                #expect(
                    run.message.contains("the file \(place)/\(name) is not used: it is a FIFO"), "\(run.message)")
                // What libpq would not open is no matter.
                let local = try await program.run(["check"], environment: ["HOME": home])
                #expect(local.status == 0, "\(local.message)")
            }
            let system = "\(platform.redis.folder)/system"
            try FileManager.default.createDirectory(atPath: system, withIntermediateDirectories: false)
            try makeFIFO(at: "\(system)/pg_service.conf")
            let run = try await program.run(
                ["check", "--postgres", "dbname=t"],
                environment: ["HOME": "/nonexistent", "PGSYSCONFDIR": system, "PGSERVICE": "tickets"])
            #expect(run.status == 1)
            #expect(
                run.message.contains("the file \(system)/pg_service.conf is not used: it is a FIFO"), "\(run.message)")
        }
    }

    @Test func passwordFilesAndKeysThatAreNoRegularFilesAreNotWaitedFor() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let home = "\(platform.redis.folder)/home"
            try FileManager.default.createDirectory(
                atPath: "\(home)/.postgresql", withIntermediateDirectories: true)
            for name in [".pgpass", ".postgresql/postgresql.key"] { try makeFIFO(at: "\(home)/\(name)") }
            #expect(try await program.run(["check"], environment: ["HOME": home]).status == 0)
            let fifo = "\(home)/.pgpass"
            #expect(try await program.run(["check"], environment: ["PGPASSFILE": fifo, "PGSSLKEY": fifo]).status == 0)
        }
    }

    @Test func aFileOfNothingIsHowPeopleSayNone() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let nothing: [String: String?] = ["PGSERVICEFILE": "/dev/null", "PGPASSFILE": "/dev/null"]
            #expect(try await program.run(["check"], environment: nothing).status == 0)
        }
    }

    @Test func aSecondWorkerLeavesTheFirstOnesSocketAndADeadOneIsReplaced() async throws {
        try await withPlatform { platform, program in
            let socket = "\(platform.redis.folder)/shared.sock"
            let first = try await program.run(["worker", "--listen", socket]) { pid in
                let http = HTTPPeer(.unixSocket(socket))
                try await answer(http)
                let second = try await program.run(["worker", "--listen", socket])
                #expect(second.status == 1)
                #expect(second.message.contains("cannot listen on \(socket): another worker listens there"))
                #expect(try await http.get("/healthz")?.status == 200)
                kill(pid, SIGKILL)
            }
            #expect(first.status == 137)
            let third = try await program.run(["worker", "--listen", socket]) { pid in
                try await answer(HTTPPeer(.unixSocket(socket)))
                kill(pid, SIGTERM)
            }
            #expect(third.status == 0, "\(third.message)")
        }
    }

    @Test func whatIsNoSocketIsNotReplacedByOne() async throws {
        try await withPlatform { platform, program in
            let path = "\(platform.redis.folder)/precious"
            try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
            let run = try await program("worker", "--listen", path)
            #expect(run.status == 1)
            #expect(run.message.contains("cannot listen on \(path): it is a regular file"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
        }
    }

    private func answer(_ http: HTTPPeer) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while await (try? http.get("/healthz"))??.status != 200 {
            try #require(.now < end)
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
