import Foundation
import TestServers

extension Program {
    /// What a run took, besides what it printed.
    package struct Use: Sendable {
        package let run: Run
        /// Bytes that were resident at the most.
        package let memory: Int
        /// Seconds of processor time, which other processes of the machine do not lengthen.
        package let time: Double
    }

    /// Runs the program to its end, and measures it.
    package func measured(_ arguments: [String], environment: [String: String?] = [:]) async throws -> Use {
        let file = "\(platform.redis.folder)/peak-\(UUID().uuidString)"
        let python = try Tool("python3", in: ["/usr/bin"], installedBy: "python3")
        let script = """
            import resource, subprocess, sys
            status = subprocess.run(sys.argv[2:]).returncode
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            open(sys.argv[1], "w").write(f"{used.ru_maxrss} {used.ru_utime + used.ru_stime}")
            sys.exit(status)
            """
        let outcome = try await python.outcome(
            of: ["-c", script, file, try Self.path()] + arguments, environment: variables(environment))
        let words = try String(contentsOfFile: file, encoding: .utf8).split(separator: " ")
        guard words.count == 2, let kilobytes = Int(words[0]), let time = Double(words[1]) else {
            throw TestServerError.options("the run was not measured: \(words)")
        }
        let run = Run(status: outcome.exitCode, output: outcome.output, message: outcome.message)
        return Use(run: run, memory: kilobytes * 1024, time: time)
    }
}
