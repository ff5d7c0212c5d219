import NIOCore
import NIOPosix
import Synchronization

/// What passes for a PostgreSQL on the loopback interface, and says again whatever it was sent: in the error of a login, in a
/// notice, and in the error of each statement.
package final class PostgresEcho: Sendable {
    package enum Manner: Sendable {
        /// Refuses the password.
        case refusesLogin
        /// Lets everybody in, and answers statements by errors.
        case refusesStatements
    }

    package let port: Int
    private let manner: Manner
    private let words: String

    private init(port: Int, manner: Manner, words: String) {
        self.port = port
        self.manner = manner
        self.words = words
    }

    /// Runs `body` with such a server.
    ///
    /// - Parameter words: what it says besides.
    package static func withServer<T: Sendable>(
        _ manner: Manner, saying words: String, _ body: (PostgresEcho) async throws -> T
    ) async throws -> T {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        guard let port = listener.channel.localAddress?.port else { throw TestServerError.noFreePort(errno: 0) }
        let server = PostgresEcho(port: port, manner: manner, words: words)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await server.serve(listener) }
            return try await body(server)
        }
    }

    private func serve(_ listener: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { clients in
                for try await client in clients {
                    // A connection that ends, however it ends, takes nothing with it but itself.
                    group.addTask { try? await self.serve(client) }
                }
            }
        }
    }

    private func serve(_ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async throws {
        try await client.executeThenClose { inbound, outbound in
            var received = ByteBuffer()
            var session = PostgresEchoSession(manner: manner, words: words)
            for try await bytes in inbound {
                received.writeImmutableBuffer(bytes)
                while let answer = try session.answer(to: &received) {
                    if answer.readableBytes > 0 { try await outbound.write(answer) }
                    if session.isOver { return }
                }
            }
        }
    }
}

/// The protocol, as far as this server has it (https://www.postgresql.org/docs/current/protocol-message-formats.html).
private struct PostgresEchoSession {
    let manner: PostgresEcho.Manner
    let words: String
    private(set) var isOver = false
    private var hasStarted = false
    private var skipsToSync = false

    init(manner: PostgresEcho.Manner, words: String) {
        self.manner = manner
        self.words = words
    }

    /// The answer to the next message, which may be empty; `nil` while it is not whole.
    mutating func answer(to received: inout ByteBuffer) throws -> ByteBuffer? {
        let start = received.readerIndex + (hasStarted ? 1 : 0)
        guard let length = received.getInteger(at: start, as: Int32.self),
            received.readableBytes >= Int(length) + (hasStarted ? 1 : 0)
        else { return nil }
        let type = hasStarted ? received.readInteger(as: UInt8.self) : nil
        guard var message = received.readSlice(length: Int(length)) else { return nil }
        message.moveReaderIndex(forwardBy: 4)
        let text = String(decoding: message.readableBytesView, as: UTF8.self).replacing("\0", with: " ")
        switch type {
        case nil: return opening(message)
        case UInt8(ascii: "p"): return login(text)
        case UInt8(ascii: "Q"): return error(text) + ready
        case UInt8(ascii: "S"):
            skipsToSync = false
            return ready
        case UInt8(ascii: "X"):
            isOver = true
            return ByteBuffer()
        default:
            defer { skipsToSync = true }
            return skipsToSync ? ByteBuffer() : error(text)
        }
    }

    private mutating func opening(_ message: ByteBuffer) -> ByteBuffer {
        let code = message.getInteger(at: message.readerIndex, as: Int32.self)
        // Neither TLS nor GSSAPI.
        if code == 80_877_103 || code == 80_877_104 { return ByteBuffer(string: "N") }
        hasStarted = true
        return Self.message("R", ByteBuffer(integer: Int32(3)))
    }

    private mutating func login(_ password: String) -> ByteBuffer {
        if manner == .refusesLogin {
            isOver = true
            return error("password authentication failed for " + password)
        }
        var answer = Self.message("R", ByteBuffer(integer: Int32(0)))
        for (name, value) in [("server_encoding", "UTF8"), ("client_encoding", "UTF8"), ("server_version", "15.0")] {
            answer += Self.message("S", ByteBuffer(string: "\(name)\0\(value)\0"))
        }
        return answer + fields("N", "NOTICE", password) + ready
    }

    private func error(_ text: String) -> ByteBuffer {
        fields("E", "ERROR", text)
    }

    private func fields(_ type: Character, _ severity: String, _ text: String) -> ByteBuffer {
        let said = "\(text) \(words)"
        return Self.message(
            type,
            ByteBuffer(string: "S\(severity)\0V\(severity)\0CXX000\0M\(said)\0D\(said)\0H\(said)\0W\(said)\0\0"))
    }

    private var ready: ByteBuffer {
        Self.message("Z", ByteBuffer(string: "I"))
    }

    private static func message(_ type: Character, _ content: ByteBuffer) -> ByteBuffer {
        var message = ByteBuffer(string: String(type))
        message.writeInteger(Int32(content.readableBytes + 4))
        message.writeImmutableBuffer(content)
        return message
    }
}

extension ByteBuffer {
    fileprivate static func + (left: ByteBuffer, right: ByteBuffer) -> ByteBuffer {
        var whole = left
        whole.writeImmutableBuffer(right)
        return whole
    }

    fileprivate static func += (left: inout ByteBuffer, right: ByteBuffer) {
        left.writeImmutableBuffer(right)
    }
}
