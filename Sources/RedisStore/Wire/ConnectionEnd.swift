import Synchronization

/// The reason why a connection ended, for the errors of later commands.
///
/// A closed channel has no handlers any more, and may have closed before the first command. Without this, the error
/// could only say that the channel is closed.
final class ConnectionEnd: Sendable {
    private let first = Mutex<RedisError?>(nil)

    /// The first failure; later ones only follow from it.
    var cause: RedisError? {
        first.withLock { $0 }
    }

    func record(_ cause: RedisError) {
        first.withLock { $0 = $0 ?? cause }
    }
}
