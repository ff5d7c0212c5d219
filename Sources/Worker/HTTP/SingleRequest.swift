import NIOCore
import NIOHTTP1

/// Limits a connection to one request: its answer says `Connection: close`, and whatever follows the request is not
/// read.
///
/// HTTP lets a client send many requests without reading an answer. Each costs the worker a parse, a search and a
/// rendering, so one client could take all of its time.
enum SingleRequest {
    /// How many bytes the parser gets at a time: whatever follows a request in the same slice is parsed in vain.
    static let slice = 512
    /// How long a client that is still sending has to read its answer. It could not, if the connection were closed at
    /// once.
    private static let parting = TimeAmount.seconds(1)

    /// Says whether the whole request has come, or was answered.
    private final class Gate {
        var isClosed = false
    }

    /// Returns a handler that puts one handler before the parser of its pipeline, and one after it.
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
                // Without the two handlers the connection would have no limit.
                context.close(promise: nil)
            }
        }
    }

    /// The handler after the parser: it sees where the request ends, and closes the connection when it is answered.
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

    /// The handler before the parser: it passes on a little at a time, and nothing once the request is there.
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

        /// Stops reading once the request is there. The system keeps the rest, and lets the client send no more than
        /// fits. That a client has gone is seen without reading.
        func read(context: ChannelHandlerContext) {
            if !gate.isClosed { context.read() }
        }
    }
}
