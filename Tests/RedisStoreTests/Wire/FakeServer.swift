import NIOCore
import NIOPosix
import RedisStore

/// A TCP server that answers as a test tells it to, for what no real Redis can be made to say.
enum FakeServer {
    /// What follows the next bytes that arrive.
    enum Answer: Sendable {
        case say(String)
        case sayAndClose(String)
        case silence
    }

    /// Runs `body` with settings that lead to the server, and the text of what arrives there.
    ///
    /// Each piece that a client sends takes the next answer; when they are used up, silence follows.
    static func with<Value>(
        _ answers: [Answer], _ body: (RedisSettings, AsyncStream<String>) async throws -> Value
    ) async throws -> Value {
        let (arrived, continuation) = AsyncStream.makeStream(of: String.self)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FakeClientHandler(answers, continuation))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let port = listener.localAddress?.port ?? 0
            let value = try await body(RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: port)), arrived)
            try await listener.close()
            return value
        } catch {
            try await listener.close()
            throw error
        }
    }
}

private final class FakeClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var answers: ArraySlice<FakeServer.Answer>
    private let arrived: AsyncStream<String>.Continuation

    init(_ answers: [FakeServer.Answer], _ arrived: AsyncStream<String>.Continuation) {
        self.answers = answers[...]
        self.arrived = arrived
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        arrived.yield(String(buffer: unwrapInboundIn(data)))
        switch answers.popFirst() ?? .silence {
        case .say(let text):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        case .sayAndClose(let text):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            context.close(promise: nil)
        case .silence: break
        }
    }
}
