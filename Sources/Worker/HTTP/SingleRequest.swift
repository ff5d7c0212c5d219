import NIOCore
import NIOHTTP1

/// Keeps a connection to one request: its answer says `Connection: close`, and what stands behind the request is neither
/// read nor understood.
///
/// HTTP lets a client send many requests without reading an answer. Each costs the worker a parse, a search and a
/// rendering, so that one client could take all of its time.
enum SingleRequest {
    /// Bytes that are looked at in one go: what stands behind a request in the same go is understood in vain.
    static let slice = 512
    /// How long a client that is still sending gets to read its answer; a connection that is closed at once would take it away.
    private static let parting = TimeAmount.seconds(1)

    /// Whether the request is there whole, or is answered.
    private final class Gate {
        var isClosed = false
    }

    /// What sets the two ends of the parser under watch, in a pipeline that has one.
    static func handler() -> any RemovableChannelHandler {
        Setting()
    }

    private final class Setting: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = NIOAny

        func handlerAdded(context: ChannelHandlerContext) {
            let gate = Gate()
            do {
                let pipeline = context.pipeline.syncOperations
                let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                try pipeline.addHandler(Reading(gate), position: .before(parser))
                try pipeline.addHandler(Answering(gate), position: .after(parser))
            } catch {
                // Without these the connection would have no bound.
                context.close(promise: nil)
            }
        }
    }

    /// Stands behind the parser: sees where the request ends, and closes the connection when it is answered.
    private final class Answering: ChannelDuplexHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias InboundOut = HTTPServerRequestPart
        typealias OutboundIn = HTTPServerResponsePart
        typealias OutboundOut = HTTPServerResponsePart

        private let gate: Gate

        init(_ gate: Gate) {
            self.gate = gate
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if gate.isClosed { return }
            if case .end = unwrapInboundIn(data) { gate.isClosed = true }
            context.fireChannelRead(data)
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            switch unwrapOutboundIn(data) {
            case .head(var head):
                gate.isClosed = true
                head.headers.replaceOrAdd(name: "Connection", value: "close")
                context.write(wrapOutboundOut(.head(head)), promise: promise)
            case .body: context.write(data, promise: promise)
            case .end:
                let end = promise ?? context.eventLoop.makePromise(of: Void.self)
                let channel = context.channel
                end.futureResult.whenComplete { _ in
                    channel.close(mode: .output, promise: nil)
                    channel.eventLoop.scheduleTask(in: SingleRequest.parting) { channel.close(promise: nil) }
                }
                context.write(data, promise: end)
            }
        }
    }

    /// Stands before the parser: hands it a little at a time, and nothing once the request is there.
    private final class Reading: ChannelDuplexHandler {
        typealias InboundIn = ByteBuffer
        typealias InboundOut = ByteBuffer
        typealias OutboundIn = Never

        private let gate: Gate

        init(_ gate: Gate) {
            self.gate = gate
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            while !gate.isClosed, let part = bytes.readSlice(length: min(bytes.readableBytes, SingleRequest.slice)),
                part.readableBytes > 0
            {
                context.fireChannelRead(wrapInboundOut(part))
            }
        }

        /// The rest stays with the system, which lets the client send no more than it keeps. That a client has gone is
        /// told without reading.
        func read(context: ChannelHandlerContext) {
            if !gate.isClosed { context.read() }
        }
    }
}
