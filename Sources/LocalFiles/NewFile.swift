import Foundation
import SystemPackage

/// A file that is made by this process: where there is one already, it is not touched.
package struct NewFile: Sendable {
    private let path: FilePath
    private let file: FileDescriptor

    /// Makes the file. A new file is for its owner and group alone.
    ///
    /// - Throws: ``UnusableFile``.
    package init(at path: String) throws(UnusableFile) {
        self.path = FilePath(path)
        do {
            file = try FileDescriptor.open(
                self.path, .readWrite, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead])
        } catch Errno.fileExists {
            throw UnusableFile(description: "it is there already, and nothing is written over it; name another file")
        } catch {
            throw UnusableFile(description: "\(error)")
        }
    }

    /// Appends bytes.
    package func append(_ bytes: some Sequence<UInt8>) throws(UnusableFile) {
        try perform { _ = try file.writeAll(bytes) }
    }

    /// Writes bytes where others are.
    package func write(_ bytes: some Sequence<UInt8>, at offset: Int64) throws(UnusableFile) {
        try perform { _ = try file.writeAll(toAbsoluteOffset: offset, bytes) }
    }

    /// Sees to it that the content is on disk, and that somebody can find it there.
    package func synchronize() throws(UnusableFile) {
        try perform {
            try FileHandle(fileDescriptor: file.rawValue, closeOnDealloc: false).synchronize()
            if try Stat(file).linkCount == 0 { throw UnusableFile(description: "it was removed meanwhile") }
        }
    }

    package func close() throws(UnusableFile) {
        try perform { try file.close() }
    }

    /// Closes the file and removes it.
    package func discard() {
        // What cannot be closed or removed any more stays, and is of no use to anybody.
        try? file.close()
        try? FileManager.default.removeItem(atPath: path.string)
    }

    private func perform(_ work: () throws -> Void) throws(UnusableFile) {
        do {
            try work()
        } catch {
            throw UnusableFile(description: "it cannot be written: \(error)")
        }
    }
}
