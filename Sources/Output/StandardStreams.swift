import Foundation
import SystemPackage

/// The stream for results, stdout.
package enum StandardOutput {
    /// Writes all of a result.
    ///
    /// - Throws: the system's error where stdout takes no more.
    package static func write(_ result: Printed) throws {
        _ = try FileDescriptor.standardOutput.writeAll(result.text.utf8)
    }
}

/// The stream for progress and messages, stderr.
package enum StandardError {
    package static let isTerminal = isatty(STDERR_FILENO) == 1
    /// Goes to the start of the line and clears it.
    private static let lineStart = "\r\u{1B}[K"

    /// Writes a message. An error is ignored: there is nobody left to tell, and the exit status says the rest.
    package static func write(_ message: Printed) {
        put(message.text)
    }

    /// Writes a line over the last one, on a terminal.
    package static func overwriteLine(with message: Printed) {
        put(lineStart + message.text)
    }

    private static func put(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }
}
