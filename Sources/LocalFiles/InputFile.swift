import Foundation
import SystemPackage

/// A file that is read whole: settings, certificates.
///
/// Links are followed, for a secret that Kubernetes mounts is one, and whoever names the file may read it anyway. What
/// they lead to must be a regular file of bounded size, and is opened without waiting for anybody.
package struct InputFile: Sendable {
    package let bytes: [UInt8]
    private let permissions: FilePermissions

    /// - Parameter limit: bytes that it may have.
    /// - Throws: ``UnusableFile``.
    package init(at path: String, atMost limit: Int) throws(UnusableFile) {
        do {
            (bytes, permissions) = try Self.read(path, limit)
        } catch {
            throw Self.unusable(error)
        }
    }

    private static func unusable(_ error: any Error) -> UnusableFile {
        switch error {
        case let unusable as UnusableFile: return unusable
        case let error as Errno: return UnusableFile(description: error.description)
        default: break
        }
        // As of the kernel's log, which is a regular file by its type.
        let error = error as NSError
        let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        return cause.domain == NSPOSIXErrorDomain && cause.code == Int(EAGAIN)
            ? UnusableFile(description: "it waits for more to come from others, which no file of this kind does")
            : UnusableFile(description: error.localizedDescription)
    }

    private static func read(_ path: String, _ limit: Int) throws -> ([UInt8], FilePermissions) {
        // Opening a device may have effects, so it is looked at before; what is there then is looked at again.
        try FileKind.expectRegular(try Stat(FilePath(path)))
        let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.nonBlocking, .closeOnExec])
        return try file.closeAfter {
            let state = try Stat(file)
            try FileKind.expectRegular(state)
            let handle = FileHandle(fileDescriptor: file.rawValue, closeOnDealloc: false)
            var data = Data()
            while data.count <= limit, let more = try handle.read(upToCount: limit + 1 - data.count), !more.isEmpty {
                data.append(more)
            }
            guard data.count <= limit else {
                throw UnusableFile(description: "it has more than \(limit) bytes, which is no file of this kind")
            }
            return (Array(data), state.permissions)
        }
    }

    /// What is wrong with a file of secrets that every user of the machine may get at; `nil` where none may.
    package var exposure: String? {
        if permissions.contains(.otherWrite) { return "may be written by every user of this machine" }
        return permissions.contains(.otherRead) ? "may be read by every user of this machine" : nil
    }
}

extension InputFile {
    /// Looks at a file that a library opens by its name, so that the library does not wait for a FIFO. A missing one is
    /// the library's to tell of.
    ///
    /// - Throws: ``UnusableFile`` where it is no regular file, has more than the limit, or does not come to an end.
    package static func expectUsable(at path: String, atMost limit: Int64) throws(UnusableFile) {
        guard let file = try? Stat(FilePath(path)) else { return }
        try FileKind.expectRegular(file)
        guard file.size <= limit else {
            throw UnusableFile(description: "it has more than \(limit) bytes, which is no file of this kind")
        }
        // Files of the kernel's making tell no size, and some wait or never end.
        if file.size == 0 { _ = try InputFile(at: path, atMost: Int(limit)) }
    }
}
