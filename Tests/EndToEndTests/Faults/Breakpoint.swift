import Synchronization
import TestServers

/// Stops a run at one of its calls to Redis, and everything else that passes the proxy, until the test decides; or cuts
/// the connection there.
final class Breakpoint: Sendable {
    enum Place: Sendable {
        case before
        /// When the call has been done, and its reply has not been passed on.
        case after
        /// When so many bytes of the reply have been passed on, the connection ends.
        case inReply(bytes: Int)
    }

    private struct State {
        var seen = 0
        var isMet = false
        var isDropped = false
    }

    private let place: Place
    private let number: Int
    private let matches: @Sendable (RedisCall) -> Bool
    private let state = Mutex(State())
    private let metOrEnded = Latch()
    private let decided = Latch()

    /// - Parameter number: which of the calls that match, counted from 1.
    init(_ place: Place, _ number: Int, _ matches: @escaping @Sendable (RedisCall) -> Bool) {
        self.place = place
        self.number = number
        self.matches = matches
    }

    var isMet: Bool {
        state.withLock { $0.isMet }
    }

    /// Waits until a call has come here, or the run has ended without; then ``isMet`` says which.
    func wait() async throws {
        try await metOrEnded.wait()
    }

    func runHasEnded() {
        metOrEnded.open()
    }

    /// Lets everything go on.
    func release() {
        decided.open()
    }

    /// Ends every connection that stands here: nothing more reaches the server.
    func drop() {
        state.withLock { $0.isDropped = true }
        decided.open()
    }

    func handle(
        _ call: RedisCall, _ forward: @Sendable () async throws -> [UInt8]
    ) async throws -> RedisProxy.Passage {
        if isMet { try await stand() }
        guard isDue(call) else { return .reply(try await forward()) }
        switch place {
        case .before:
            try await stop()
            return .reply(try await forward())
        case .after:
            let reply = try await forward()
            try await stop()
            return .reply(reply)
        case .inReply(let bytes):
            let reply = try await forward()
            release()
            meet()
            return .cut(Array(reply.prefix(bytes)))
        }
    }

    private func isDue(_ call: RedisCall) -> Bool {
        guard matches(call) else { return false }
        return state.withLock { state in
            state.seen += 1
            return state.seen == number
        }
    }

    private func meet() {
        state.withLock { $0.isMet = true }
        metOrEnded.open()
    }

    private func stop() async throws {
        meet()
        try await stand()
    }

    private func stand() async throws {
        try await decided.wait()
        if state.withLock({ $0.isDropped }) { throw Dropped() }
    }

    private struct Dropped: Error {}
}
