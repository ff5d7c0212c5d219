import Foundation
import Synchronization
import SystemPackage

/// A lock on the path at which a Unix socket is to be made, against other processes of this program.
///
/// The lock is on the socket's folder, so that no lock file is left behind. If two processes start at once, the second
/// does not get the lock; when it has waited, it finds the first one's socket answering.
package final class SocketPlace: Sendable {
    private let path: FilePath
    /// The folder that is locked; `nil` after ``unlock()``.
    private let folder: Mutex<FileDescriptor?>

    /// - Returns: `nil` where somebody else has the lock.
    /// - Throws: ``UnusableFile`` where the folder cannot be opened.
    package init?(locking path: String) throws(UnusableFile) {
        self.path = FilePath(path)
        let parent = self.path.removingLastComponent()
        let opened: FileDescriptor
        do {
            opened = try FileDescriptor.open(parent, .readOnly, options: [.directory, .nonBlocking, .closeOnExec])
        } catch {
            throw UnusableFile(description: "its folder \(parent) cannot be opened: \(error)")
        }
        folder = Mutex(opened)
        guard flock(opened.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            unlock()
            return nil
        }
    }

    /// What is at the path.
    package enum Content: Sendable, Hashable {
        case nothing
        /// A socket of this user. Somebody may listen at it or not.
        case socket
    }

    /// - Throws: ``UnusableFile`` where something is there that must not be replaced.
    package func content() throws(UnusableFile) -> Content {
        let state: Stat
        do {
            state = try Stat(path, followTargetSymlink: false)
        } catch Errno.noSuchFileOrDirectory {
            return .nothing
        } catch {
            throw UnusableFile(description: "it cannot be looked at: \(error)")
        }
        guard state.type == .socket else {
            throw UnusableFile(description: "it is \(FileKind.words(state.type)), and only a socket is replaced")
        }
        guard state.userID.rawValue == geteuid() else {
            throw UnusableFile(description: "it is another user's socket")
        }
        return .socket
    }

    /// Gives the lock up.
    package func unlock() {
        folder.withLock { folder in
            // Closing gives the lock up even where it reports an error: the descriptor is gone all the same.
            try? folder?.close()
            folder = nil
        }
    }
}
