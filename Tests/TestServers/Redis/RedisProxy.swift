import NIOCore
import NIOPosix
import Synchronization

/// Stands between a program and a Redis on a Unix socket of its own, and hands each call to the test: what a real server
/// and a real client go through when something happens at just that moment.
///
/// It takes a connection's calls one after the other, whatever the client sends ahead.
package final class RedisProxy: Sendable {
    /// What a client gets for a call.
    package enum Passage: Sendable {
        case reply([UInt8])
        /// These bytes, and the end of its connection.
        case cut([UInt8])
    }

    /// Answers a call; `forward` sends it to the server and returns the reply's bytes. What it throws ends the connection.
    package typealias Handling =
        @Sendable (
            _ call: RedisCall, _ forward: @Sendable () async throws -> [UInt8]
        ) async throws -> Passage

    /// Where clients connect.
    package let url: String
    private let target: Mutex<String>
    private let scripts = Mutex<[String: String]>([:])

    private init(url: String, target: String) {
        self.url = url
        self.target = Mutex(target)
    }

    /// Runs `body` with a proxy in front of `server`, and ends it afterwards.
    package static func withProxy<T: Sendable>(
        to server: RedisServer, handling: @escaping Handling = { .reply(try await $1()) },
        _ body: (RedisProxy) async throws -> T
    ) async throws -> T {
        try await withTemporaryFolder("proxy") { folder in
            let path = "\(folder)/redis.sock"
            let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            let proxy = RedisProxy(url: "unix://\(path)", target: server.socketPath)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await proxy.serve(listener, handling) }
                return try await body(proxy)
            }
        }
    }

    /// Sends what comes from now on to another server; clients keep their connections.
    package func repoint(to server: RedisServer) {
        target.withLock { $0 = server.socketPath }
    }

    private func serve(
        _ listener: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>, _ handling: @escaping Handling
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { clients in
                for try await client in clients {
                    // A connection that ends, however it ends, takes nothing with it but itself.
                    group.addTask { try? await self.serve(client, handling) }
                }
            }
        }
    }

    private func serve(_ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ handling: Handling) async throws {
        let upstream = ProxyUpstream()
        let result: Result<Void, any Error>
        do {
            result = .success(try await pass(client, upstream, handling))
        } catch {
            result = .failure(error)
        }
        await upstream.close()
        try result.get()
    }

    private func pass(
        _ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ upstream: ProxyUpstream, _ handling: Handling
    ) async throws {
        try await client.executeThenClose { inbound, outbound in
            var received = ByteBuffer()
            for try await bytes in inbound {
                received.writeImmutableBuffer(bytes)
                while let frame = try RESPFrame(takenFrom: &received) {
                    switch try await answer(frame, upstream, handling) {
                    case .reply(let reply): try await outbound.write(ByteBuffer(bytes: reply))
                    case .cut(let start):
                        try await outbound.write(ByteBuffer(bytes: start))
                        return
                    }
                }
            }
        }
    }

    private func answer(_ frame: RESPFrame, _ upstream: ProxyUpstream, _ handling: Handling) async throws -> Passage {
        let words = try frame.words()
        let script = words.count > 1 ? scripts.withLock { $0[words[1]] } : nil
        return try await handling(RedisCall(words: words, script: script)) { [self] in
            let reply = try await upstream.reply(to: frame, at: target.withLock { $0 })
            learn(words, reply)
            return Array(reply.bytes.readableBytesView)
        }
    }

    /// The digest that the server gave to a script is the name it is called by later.
    private func learn(_ words: [String], _ reply: RESPFrame) {
        guard words.count == 3, words[0] == "SCRIPT", words[1] == "LOAD" else { return }
        let digest = String(buffer: reply.bytes).split(separator: "\r\n").last.map(String.init)
        if let digest { scripts.withLock { $0[digest] = words[2] } }
    }
}
