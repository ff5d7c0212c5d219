import Foundation
import Synchronization
import SystemPackage

/// The path at which a Unix socket is to be made, kept from others like this program until it is.
///
/// The lock is on the socket's folder, so that nothing is left behind: of two that start at once the second waits, and
/// then finds the first one's socket answering.
package final class SocketPlace: Sendable {
    private let path: FilePath
    /// What the lock is on; `nil` once it was let go of.
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
        /// A socket of this user; whether somebody listens there it does not tell.
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

    /// Lets the next one have its turn.
    package func unlock() {
        folder.withLock { folder in
            // Closing lets go of the lock, also where it tells of an error: the descriptor is gone all the same.
            try? folder?.close()
            folder = nil
        }
    }
}
