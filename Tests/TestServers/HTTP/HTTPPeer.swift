import NIOCore
import NIOPosix

/// A client of an HTTP server that sends what it likes, byte by byte, and reads until the server closes.
package struct HTTPPeer: Sendable {
    package enum Place: Sendable {
        case unixSocket(String)
        case port(Int)
    }

    package struct Reply: Sendable {
        package let status: Int
        /// The head, with the status line.
        package let head: String
        package let body: String

        /// A header's value; its name in any case.
        package func header(_ name: String) -> String? {
            let start = name.lowercased() + ": "
            return head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(start) }
                .map { String($0.dropFirst(start.count)) }
        }
    }

    package let place: Place
    /// How long a server may take to answer or close; after that it is an error.
    private static let patience = Duration.seconds(120)

    package init(_ place: Place) {
        self.place = place
    }

    /// What a client calls the server.
    private var host: String {
        switch place {
        case .unixSocket: "worker"
        case .port(let port): "127.0.0.1:\(port)"
        }
    }

    package func get(_ path: String) async throws -> Reply? {
        try await send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
    }

    package func post(_ path: String, headers: [String] = [], body: String = "") async throws -> Reply? {
        let lines = ["Host: \(host)", "Connection: close", "Content-Length: \(body.utf8.count)"] + headers
        return try await send("POST \(path) HTTP/1.1\r\n\(lines.joined(separator: "\r\n"))\r\n\r\n\(body)")
    }

    /// Sends a text as it is, reads to the end.
    ///
    /// - Returns: `nil` where the server closed without a word.
    package func send(_ text: String) async throws -> Reply? {
        try await connected(saying: text) { inbound, _ in try await reply(inbound) }
    }

    /// Sends a text and then pieces with a pause before each, until there are no more or the server has had enough.
    package func drip(_ text: String, then pieces: Repeated<String>, every pause: Duration) async throws -> Reply? {
        try await connected(saying: text) { inbound, outbound in
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask {
                    for piece in pieces {
                        try await Task.sleep(for: pause)
                        try await sendAll(piece, to: outbound)
                    }
                }
                return try await reply(inbound)
            }
        }
    }

    /// Connects and stays silent, as long as `body` takes.
    package func silent<Value: Sendable>(
        _ count: Int, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        var channels: [any Channel] = []
        for _ in 0..<count { channels.append(try await connect { $0.eventLoop.makeSucceededFuture($0) }) }
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for channel in channels { channel.close(promise: nil) }
        return try result.get()
    }

    /// Sends a text on each of many connections and reads nothing, and connects anew where one is closed, as long as `body`
    /// takes.
    package func unread<Value: Sendable>(
        _ text: String, on count: Int, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            for _ in 0..<count {
                group.addTask {
                    while !Task.isCancelled { await sendWithoutReading(text) }
                }
            }
            return try await body()
        }
    }

    /// A connection that is refused is the server's defence, and no error of the test.
    private func sendWithoutReading(_ text: String) async {
        let channel = try? await connect { channel in
            channel.setOption(.autoRead, value: false).flatMapThrowing {
                try channel.pipeline.syncOperations.addHandler(FirstWords(text))
                return channel
            }
        }
        guard let channel else {
            _ = try? await Task.sleep(for: .milliseconds(20))
            return
        }
        await withTaskCancellationHandler {
            _ = try? await channel.closeFuture.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    /// A server that closes early is an answer, not an error of the sender.
    private func sendAll(_ text: String, to outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        do {
            try await outbound.write(ByteBuffer(string: text))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return
        }
    }

    private func reply(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws -> Reply? {
        var received = ByteBuffer()
        do {
            for try await bytes in inbound { received.writeImmutableBuffer(bytes) }
        } catch is IOError {
            // It was reset: what has come until then is what there is.
        }
        let text = String(buffer: received)
        guard !text.isEmpty else { return nil }
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let words = text.split(separator: " ", maxSplits: 2)
        guard words.count > 1, let status = Int(words[1].prefix(3)) else { throw NoHTTP(text: text) }
        return Reply(status: status, head: String(parts[0]), body: parts.count > 1 ? String(parts[1]) : "")
    }

    package struct NoHTTP: Error {
        package let text: String
    }

    package struct NoEnd: Error {}

    /// - Parameter start: is sent without waiting for a thread of the tests: a server gives its clients some seconds.
    private func connected<Value: Sendable>(
        saying start: String,
        _ body:
            @escaping @Sendable (
                NIOAsyncChannelInboundStream<ByteBuffer>, NIOAsyncChannelOutboundWriter<ByteBuffer>
            ) async throws -> Value
    ) async throws -> Value {
        let client = try await connect { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(FirstWords(start))
                return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        let hasWaited = Latch()
        let end = client.channel.eventLoop.scheduleTask(in: TimeAmount(Self.patience)) {
            hasWaited.open()
            client.channel.close(promise: nil)
        }
        defer { end.cancel() }
        let value = try await client.executeThenClose(body)
        if hasWaited.isOpen { throw NoEnd() }
        return value
    }

    private func connect<Value: Sendable>(
        _ wrap: @escaping @Sendable (any Channel) -> EventLoopFuture<Value>
    ) async throws -> Value {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        switch place {
        case .unixSocket(let path):
            return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: wrap)
        case .port(let port):
            return try await bootstrap.connect(host: "127.0.0.1", port: port, channelInitializer: wrap)
        }
    }
}

/// Says a text as soon as there is a connection.
private final class FirstWords: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let text: String

    init(_ text: String) {
        self.text = text
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        context.fireChannelActive()
    }
}
