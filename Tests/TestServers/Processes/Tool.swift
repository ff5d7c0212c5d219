import Foundation
import Subprocess
import SystemPackage

/// An installed program, found before it is needed so that a missing one is named in the error.
package struct Tool: Sendable {
    /// What a finished run left behind.
    package struct Outcome: Sendable {
        package let isSuccess: Bool
        /// The exit status; a signal's number plus 128 where one ended it, as a shell tells it.
        package let exitCode: Int32
        /// How it ended, for errors: `exited(1)`.
        package let status: String
        /// Its standard output, less one newline at the end.
        package let output: String
        /// Its standard error, likewise.
        package let message: String
    }

    /// The program's path, behind whatever must start it (for example `setpriv`).
    let words: [String]

    /// Looks in `folders`, then in `PATH` and the places where Debian puts servers.
    package init(_ name: String, in folders: [String] = [], installedBy package: String) throws {
        guard let path = Tool.path(of: name, in: folders) else {
            throw TestServerError.missingTool(name: name, installedBy: package)
        }
        words = [path]
    }

    private init(words: [String]) {
        self.words = words
    }

    /// The same program started by `starter`.
    package func started(by starter: [String]) -> Tool {
        Tool(words: starter + words)
    }

    /// The same program started by `starter`, which is started by what starts this one.
    func started(inside starter: [String]) -> Tool {
        Tool(words: words.dropLast() + starter + words.suffix(1))
    }

    /// Where a program is, in `folders` or else where programs are.
    package static func path(of name: String, in folders: [String] = []) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (folders + path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"])
            .map { $0 + "/" + name }
            .first(where: FileManager.default.isExecutableFile)
    }

    /// The shell that starts programs, by its path: to look a name up in each folder of `PATH` took a third of all the time that
    /// a process of tests uses.
    static let shell = Executable.path("/bin/sh")

    /// Runs the program to its end and returns its standard output.
    ///
    /// - Throws: ``TestServerError/toolFailed(tool:status:message:)`` with what it wrote to standard error.
    @discardableResult
    package func run(
        _ arguments: [String], inputFile: String = "/dev/null", environment: [String: String?] = [:]
    ) async throws -> String {
        let outcome = try await outcome(of: arguments, inputFile: inputFile, environment: environment)
        return try outcome.successfulOutput(of: words.last ?? "")
    }

    /// Runs the program to its end, whatever its status is.
    ///
    /// Input comes from a file, through a shell's redirection: writing to a pipe would end the whole test process with
    /// `SIGPIPE` when the program stops reading at the first error.
    package func outcome(
        of arguments: [String], inputFile: String = "/dev/null", outputFile: String? = nil,
        messageFile: String? = nil, pidFile: String? = nil, environment: [String: String?] = [:]
    ) async throws -> Outcome {
        let variables = environment.compactMap { name, value in
            Environment.Key(rawValue: name).map { ($0, value) }
        }
        // A cancelled task asks first: a killed initdb leaves children that go on writing to its folder.
        var options = PlatformOptions()
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(60))]
        let result = try await Subprocess.run(
            Self.shell,
            arguments: Arguments(redirection(inputFile, outputFile, messageFile, pidFile) + words + arguments),
            environment: .inherit.updating(Dictionary(uniqueKeysWithValues: variables)),
            platformOptions: options,
            output: .bytes(limit: .max),
            error: .bytes(limit: .max))
        return Outcome(
            isSuccess: result.terminationStatus.isSuccess,
            exitCode: Tool.exitCode(result.terminationStatus),
            status: "\(result.terminationStatus)",
            output: Tool.text(result.standardOutput),
            message: Tool.text(
                try messageFile.map { try Array(Data(contentsOf: URL(fileURLWithPath: $0))) }
                    ?? result.standardError))
    }

    /// The words for `sh` that start the program with its streams where they belong, and its process id in a file.
    private func redirection(
        _ inputFile: String, _ outputFile: String?, _ messageFile: String?, _ pidFile: String?
    ) -> [String] {
        guard outputFile != nil || messageFile != nil || pidFile != nil else {
            return ["-c", #"exec "$@" <"$0""#, inputFile]
        }
        let script = """
            input=$0 output=$1 message=$2 pid=$3; shift 3
            echo $$ >"$pid"; exec "$@" <"$input" >"$output" 2>"$message"
            """

        return [
            "-c", script, inputFile, outputFile ?? "/dev/stdout", messageFile ?? "/dev/stderr", pidFile ?? "/dev/null",
        ]
    }

    private static func exitCode(_ status: TerminationStatus) -> Int32 {
        switch status {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }
}

extension Tool.Outcome {
    /// The output of a run that ended well; for any other one an error with the tool's own words.
    func successfulOutput(of tool: String) throws -> String {
        guard isSuccess else {
            throw TestServerError.toolFailed(tool: tool, status: status, message: message.isEmpty ? output : message)
        }
        return output
    }
}
