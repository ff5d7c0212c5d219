import Subprocess
import TestPlatform
import TestServers

/// The command that the platform was started for; it reads and writes what this process would.
struct GuestCommand {
    let words: [String]
    let platform: Platform

    /// Runs it to its end.
    ///
    /// - Returns: its exit status, as shells count: 128 and the signal's number for a command that a signal ended.
    func run() async throws -> Int32 {
        var options = PlatformOptions()
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(10))]
        // `env` finds the command as a shell would, and says so where there is none.
        let result = try await Subprocess.run(
            .name("env"),
            arguments: Arguments(words),
            environment: .inherit.updating(variables),
            platformOptions: options,
            input: .currentStandardInput,
            output: .currentStandardOutput,
            error: .currentStandardError)
        switch result.terminationStatus {
        case .exited(let status): return status
        case .signaled(let number): return 128 + number
        }
    }

    /// Where the servers are. What the caller's own environment says of other servers is not for these.
    private var variables: [Environment.Key: String?] {
        [
            "POSTGRES_CONNECTION_STRING": platform.connectionString,
            "REDIS_URL": platform.redis.url,
            "REDIS_KEY_PREFIX": platform.keyPrefix,
            "REDIS_USERNAME": nil,
            "REDIS_PASSWORD": nil,
            "HOLD_TTL_SECONDS": nil,
            "PGOPTIONS": nil,
            "PGSERVICE": nil,
        ]
    }
}
