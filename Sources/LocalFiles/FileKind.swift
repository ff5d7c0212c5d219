package import SystemPackage

/// Checks what is at a path. Only regular files are read and written: a FIFO may never answer, and a device has
/// effects.
package enum FileKind {
    /// - Throws: ``UnusableFile`` where it is something else.
    package static func expectRegular(_ file: Stat) throws(UnusableFile) {
        guard file.type == .regular else {
            throw UnusableFile(description: "it is \(words(file.type)), where a regular file must be")
        }
    }

    /// What is at a path, links followed; `nil` where nothing is, or it cannot be looked at.
    package static func isFolder(at path: String) -> Bool? {
        (try? Stat(FilePath(path))).map { $0.type == .directory }
    }

    static func words(_ type: FileType) -> String {
        switch type {
        case .regular: "a regular file"
        case .directory: "a folder"
        case .symbolicLink: "a symbolic link"
        case .fifo: "a FIFO"
        case .socket: "a socket"
        case .characterSpecial, .blockSpecial: "a device"
        default: "no regular file"
        }
    }
}
