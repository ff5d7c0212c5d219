import Foundation
import HoldModel
import Reporting
import SystemPackage

/// Writes a result to stdout, whole.
///
/// - Returns: the status of that: a failure, said on stderr, where stdout takes no more.
func printResult(_ text: String) -> ExitStatus {
    do {
        _ = try FileDescriptor.standardOutput.writeAll(text.utf8)
        return []
    } catch {
        printError("the result could not be written to stdout: \(error); what the run did is done")
        return .failed
    }
}

/// Writes a message to stderr, on one line.
func printError(_ message: String) {
    let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    writeToStderr("hold-reconciler: \(line)\n")
}

/// Where stderr takes no more there is nobody left to tell, and the exit status says the rest.
func writeToStderr(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
}

/// This machine's clock, for the times of the report; expiry is never judged by it.
func currentTime() -> Timestamp {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
}

func currentUser() -> String {
    NSUserName()
}

func currentHost() -> String {
    ProcessInfo.processInfo.hostName
}

/// Appends one line and does not return before it is on disk. One write, so that runs that end at once do not mix.
///
/// - Throws: the system's error where the file cannot be opened, written or flushed.
func appendLine(_ line: String, toFileAt path: String) throws {
    let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.append, .create, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead])
    try file.closeAfter {
        _ = try file.writeAll((line + "\n").utf8)
        try FileHandle(fileDescriptor: file.rawValue, closeOnDealloc: false).synchronize()
    }
}
