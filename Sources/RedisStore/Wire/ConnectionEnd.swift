import Synchronization

/// Why a connection ended; told to whoever sends a command after that.
///
/// A closed channel has no handlers any more, and may have closed before the first command: without this, all that
/// such a command could tell is that the channel is closed.
final class ConnectionEnd: Sendable {
    private let first = Mutex<RedisError?>(nil)

    /// The first failure; what follows from it says nothing new.
    var cause: RedisError? {
        first.withLock { $0 }
    }

    func record(_ cause: RedisError) {
        first.withLock { $0 = $0 ?? cause }
    }
}
