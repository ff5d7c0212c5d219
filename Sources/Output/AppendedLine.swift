import Foundation
import SystemPackage

/// Appends one line and does not return before it is on disk. One write, so that runs that end at once do not mix.
///
/// - Throws: the system's error where the file cannot be opened, written or flushed.
package func appendLine(_ line: Printed, toFileAt path: String) throws {
    let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.append, .create, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead])
    try file.closeAfter {
        _ = try file.writeAll(line.asLine.text.utf8)
        try FileHandle(fileDescriptor: file.rawValue, closeOnDealloc: false).synchronize()
    }
}
