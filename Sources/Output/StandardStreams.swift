import Foundation
import SystemPackage

/// Where results go.
package enum StandardOutput {
    /// Writes a result, whole.
    ///
    /// - Throws: the system's error where stdout takes no more.
    package static func write(_ result: Printed) throws {
        _ = try FileDescriptor.standardOutput.writeAll(result.text.utf8)
    }
}

/// Where progress and messages go.
package enum StandardError {
    package static let isTerminal = isatty(STDERR_FILENO) == 1
    /// To the start of the line, which is cleared.
    private static let lineStart = "\r\u{1B}[K"

    /// Where stderr takes no more there is nobody left to tell, and the exit status says the rest.
    package static func write(_ message: Printed) {
        put(message.text)
    }

    /// Writes a line over the last one; for a terminal.
    package static func overwriteLine(with message: Printed) {
        put(lineStart + message.text)
    }

    private static func put(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }
}
