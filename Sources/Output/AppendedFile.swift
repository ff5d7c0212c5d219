import Foundation
import LocalFiles
import SystemPackage

/// A file to which lines are appended; it is made where there is none.
package struct AppendedFile: Sendable {
    private let path: FilePath

    package init(at path: String) {
        self.path = FilePath(path)
    }

    /// Opens the file as ``append(_:)`` does, and makes it where there is none, so that an error comes before the work.
    ///
    /// - Throws: ``UnusableFile``, and the system's error where the file cannot be opened.
    package func prepare() throws {
        try opened().close()
    }

    /// Appends one line, and returns when it is on disk. It is one write, so that the lines of two runs do not mix.
    ///
    /// Only a regular file with one name is written, and no link is followed: in a folder where others may write, a
    /// link could lead to any file of this user. A new file is for its owner and group alone.
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
            // It is made below; if its folder is missing, the error comes from there.
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
