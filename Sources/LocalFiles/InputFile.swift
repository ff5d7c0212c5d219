import Foundation
import SystemPackage

/// A file that is read whole, such as settings or certificates.
///
/// Links are followed: a secret that Kubernetes mounts is one, and whoever names the file may read it anyway. They must
/// lead to a regular file of bounded size, which is opened without waiting for anybody.
package struct InputFile: Sendable {
    package let bytes: [UInt8]
    private let permissions: FilePermissions

    /// - Parameter limit: how many bytes it may have.
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
        // Such as the kernel's log, which has the type of a regular file.
        let error = error as NSError
        let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        return cause.domain == NSPOSIXErrorDomain && cause.code == Int(EAGAIN)
            ? UnusableFile(description: "it waits for more to come from others, which no file of this kind does")
            : UnusableFile(description: error.localizedDescription)
    }

    private static func read(_ path: String, _ limit: Int) throws -> ([UInt8], FilePermissions) {
        // Opening a device may have effects, so its type is checked before, and again once it is open.
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

    /// Says how every user of the machine can get at this file; `nil` where they cannot. For files with secrets.
    package var exposure: String? {
        if permissions.contains(.otherWrite) { return "may be written by every user of this machine" }
        return permissions.contains(.otherRead) ? "may be read by every user of this machine" : nil
    }
}

extension InputFile {
    /// Checks a file that a library opens by its name, so that the library does not wait for a FIFO. If the file is
    /// missing, the library will say so.
    ///
    /// - Throws: ``UnusableFile`` where it is no regular file, has more than the limit, or does not come to an end.
    package static func expectUsable(at path: String, atMost limit: Int64) throws(UnusableFile) {
        guard let file = try? Stat(FilePath(path)) else { return }
        try FileKind.expectRegular(file)
        guard file.size <= limit else {
            throw UnusableFile(description: "it has more than \(limit) bytes, which is no file of this kind")
        }
        // Files that the kernel makes have no size; some of them wait, or never end.
        if file.size == 0 { _ = try InputFile(at: path, atMost: Int(limit)) }
    }
}
