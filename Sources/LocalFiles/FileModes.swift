import Foundation

/// The rights that new files and sockets get.
package enum FileModes {
    /// Sets the mask so that nothing that the process makes from now on is open to others; owner and group keep their
    /// rights.
    package static func keepOthersOut() {
        umask(umask(0o077) | 0o007)
    }
}
