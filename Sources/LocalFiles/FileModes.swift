import Foundation

/// Which rights new files and sockets get.
package enum FileModes {
    /// Whatever the process makes from now on is not for others, however wide the mask is that it was started with.
    package static func keepOthersOut() {
        umask(umask(0o077) | 0o007)
    }
}
