import Foundation
import TestPlatform
import TestServers

/// `sample-platform COMMAND [ARGUMENT]...` runs a command beside a platform that has every fault of the contract.
///
/// A PostgreSQL and a Redis of its own are started, filled and, when the command ends, thrown away; a signal ends all of
/// it just as well. Its exit status is the command's.
@main
enum SamplePlatform {
    static func main() async {
        let command = Array(CommandLine.arguments.dropFirst())
        guard !command.isEmpty else {
            say("usage: sample-platform COMMAND [ARGUMENT]...")
            exit(64)
        }
        do {
            exit(try await untilSignalled { try await run(command) })
        } catch let ended as Signalled {
            exit(ended.exitStatus)
        } catch {
            say("sample-platform: \(error)")
            exit(1)
        }
    }

    private static func run(_ command: [String]) async throws -> Int32 {
        try await PostgresServer.withServer { postgres in
            try await RedisServer.withServer { redis in
                let platform = Platform(
                    postgres: postgres, database: "sample", redis: redis, keyPrefix: "eventix:sample:")
                try await platform.install()
                try await platform.addSampleEvents()
                return try await GuestCommand(words: command, platform: platform).run()
            }
        }
    }

    private static func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
