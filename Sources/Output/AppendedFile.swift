import Foundation
import LocalFiles
import SystemPackage

/// A file that gets a line now and then, and is made where there is none.
package struct AppendedFile: Sendable {
    private let path: FilePath

    package init(at path: String) {
        self.path = FilePath(path)
    }

    /// Opens the file as ``append(_:)`` does, and makes it where there is none, so that whoever needs it learns in time that it
    /// cannot be had.
    ///
    /// - Throws: ``UnusableFile``, and the system's error where the file cannot be opened.
    package func prepare() throws {
        try opened().close()
    }

    /// Appends one line and does not return before it is on disk. One write, so that runs that end at once do not mix.
    ///
    /// Only a regular file of one name is written, and no link is followed: in a folder where others may write, a link
    /// could lead to any file of this user. A new file is for its owner and group alone.
    ///
    /// - Throws: ``UnusableFile``, and the system's error where the file cannot be written or flushed.
    package func append(_ line: Printed) throws {
        let file = try opened()
        try file.closeAfter {
            _ = try file.writeAll(line.asLine.text.utf8)
            try FileHandle(fileDescriptor: file.rawValue, closeOnDealloc: false).synchronize()
        }
    }

    private func opened() throws -> FileDescriptor {
        do {
            try FileKind.expectRegular(try Stat(path, followTargetSymlink: false))
        } catch Errno.noSuchFileOrDirectory {
            // It is made below, or its folder is missing, which is told there.
        }
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.append, .create, .noFollow, .nonBlocking, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead])
        do {
            let state = try Stat(file)
            try FileKind.expectRegular(state)
            guard state.linkCount == 1 else {
                throw UnusableFile(description: "it has \(state.linkCount) names (hard links), where it must have one")
            }
        } catch {
            try file.close()
            throw error
        }
        return file
    }
}
