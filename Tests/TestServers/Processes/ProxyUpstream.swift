import NIOCore
import NIOPosix

/// A proxy's connection to a server, for one client: a call goes out, its reply comes back.
actor ProxyUpstream {
    private var socketPath: String?
    private var channel: (any Channel)?

    /// - Parameter socketPath: the server that the call is for; another one than before is connected to first.
    func reply(to call: RESPFrame, at socketPath: String) async throws -> RESPFrame {
        let channel = try await connected(to: socketPath)
        let promise = channel.eventLoop.makePromise(of: RESPFrame.self)
        let sent = channel.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenFailure { promise.fail($0) }
        channel.writeAndFlush(ProxyExchange(call: call, reply: promise), promise: sent)
        return try await promise.futureResult.get()
    }

    func close() {
        channel?.close(promise: nil)
    }

    private func connected(to socketPath: String) async throws -> any Channel {
        if let channel, self.socketPath == socketPath { return channel }
        close()
        let new = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ProxyUpstreamHandler())
                }
            }
            .connect(unixDomainSocketPath: socketPath).get()
        self.socketPath = socketPath
        channel = new
        return new
    }
}

private struct ProxyExchange: Sendable {
    let call: RESPFrame
    let reply: EventLoopPromise<RESPFrame>
}

private final class ProxyUpstreamHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ProxyExchange
    typealias OutboundOut = ByteBuffer

    private var received = ByteBuffer()
    private var waiting: EventLoopPromise<RESPFrame>?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let exchange = unwrapOutboundIn(data)
        waiting = exchange.reply
        context.write(wrapOutboundOut(exchange.call.bytes), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.writeImmutableBuffer(unwrapInboundIn(data))
        do {
            guard let reply = try RESPFrame(takenFrom: &received) else { return }
            waiting?.succeed(reply)
            waiting = nil
        } catch {
            end(with: error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(with: ChannelError.eof)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(with: error)
        context.close(promise: nil)
    }

    private func end(with error: any Error) {
        waiting?.fail(error)
        waiting = nil
    }
}
