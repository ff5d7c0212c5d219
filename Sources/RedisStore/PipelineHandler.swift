import NIOCore

/// The connection's state on its event loop: batches that wait for replies, first in, first out, and behind them those
/// that wait to be sent.
///
/// A batch that is not answered in time takes the connection with it: a late reply must never reach the wrong caller.
final class PipelineHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = CommandBatch
    typealias OutboundOut = ByteBuffer

    private struct Waiting {
        let count: Int
        let weight: Int
        let promise: EventLoopPromise<[RedisReply]>
    }

    /// Weight of the batches without their replies at most, whoever sends them: enough to keep the server busy, few
    /// enough that requests and replies in memory stay bounded on both sides.
    static let greatestInFlight = 64

    private let target: String
    private let reader: ReplyReader
    private let commandTimeout: Int64
    private var waiting = CircularBuffer<Waiting>()
    /// Those of the first batch that waits. Not kept in the buffer, whose elements are copied when they change.
    private var replies: [RedisReply] = []
    private var queued = CircularBuffer<CommandBatch>()
    /// The short ones, which go first.
    private var queuedShort = CircularBuffer<CommandBatch>()
    private var inFlight = 0
    private var lastProgress = NIODeadline.now()
    private var watch: Scheduled<Void>?
    private let connectionEnd: ConnectionEnd

    init(target: String, reader: ReplyReader, commandTimeout: Int64, end: ConnectionEnd) {
        connectionEnd = end
        self.target = target
        self.reader = reader
        self.commandTimeout = commandTimeout
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let batch = unwrapOutboundIn(data)
        if let failure = connectionEnd.cause {
            batch.promise.fail(failure)
            promise?.fail(failure)
            return
        }
        if batch.isShort { queuedShort.append(batch) } else { queued.append(batch) }
        promise?.succeed()
        sendQueued(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        do throws(ReplyReader.ProtocolViolation) {
            try feed(buffer)
            while let reply = try reader.next() { take(reply, context) }
            sendQueued(context)
        } catch {
            end(context, .notRedis(target: target, reason: error.message))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context, .connectionLost(target: target, reason: "closed by the server"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The first failure is the cause; what a closing TLS connection adds later says nothing new.
        end(context, .connectionLost(target: target, reason: connectionFailureReason(error)))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent, waiting.isEmpty {
            probe(context)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func feed(_ buffer: ByteBuffer) throws(ReplyReader.ProtocolViolation) {
        let result = unsafe buffer.withUnsafeReadableBytes { bytes -> Result<Void, ReplyReader.ProtocolViolation> in
            do throws(ReplyReader.ProtocolViolation) {
                return .success(unsafe try reader.feed(bytes))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Sends what fits; a batch goes out whole, and one that is larger than the bound goes alone.
    private func sendQueued(_ context: ChannelHandlerContext) {
        var hasSent = false
        while let batch = queuedShort.first ?? queued.first,
            inFlight == 0 || inFlight + batch.weight <= Self.greatestInFlight
        {
            if queuedShort.popFirst() == nil { queued.removeFirst() }
            if waiting.isEmpty { lastProgress = .now() }
            waiting.append(Waiting(count: batch.count, weight: batch.weight, promise: batch.promise))
            inFlight += batch.weight
            context.write(wrapOutboundOut(batch.bytes), promise: nil)
            hasSent = true
        }
        if hasSent { context.flush() }
        if watch == nil, !waiting.isEmpty { watchProgress(context) }
    }

    private func take(_ reply: RedisReply, _ context: ChannelHandlerContext) {
        lastProgress = .now()
        guard let first = waiting.first else {
            end(context, .notRedis(target: target, reason: "a reply that nothing was asked for"))
            return
        }
        if replies.isEmpty { replies.reserveCapacity(first.count) }
        replies.append(reply)
        guard replies.count == first.count else { return }
        waiting.removeFirst()
        inFlight -= first.weight
        first.promise.succeed(replies)
        replies = []
    }

    /// A quiet connection may have been dropped by something in between without a word.
    private func probe(_ context: ChannelHandlerContext) {
        var bytes = context.channel.allocator.buffer(capacity: 16)
        RedisCommand("PING").encode(into: &bytes)
        let promise = context.eventLoop.makePromise(of: [RedisReply].self)
        let batch = CommandBatch(bytes: bytes, count: 1, weight: 1, isShort: true, promise: promise)
        write(context: context, data: NIOAny(batch), promise: nil)
    }

    private func watchProgress(_ context: ChannelHandlerContext) {
        let due = lastProgress + .seconds(commandTimeout)
        watch = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) {
            self.watch = nil
            if self.waiting.isEmpty { return }
            if NIODeadline.now() - self.lastProgress >= .seconds(self.commandTimeout) {
                self.end(context, .timedOut(target: self.target, seconds: self.commandTimeout))
            } else {
                self.watchProgress(context)
            }
        }
    }

    private func end(_ context: ChannelHandlerContext, _ error: RedisError) {
        guard connectionEnd.cause == nil else { return }
        connectionEnd.record(error)
        watch?.cancel()
        let unanswered = waiting.map(\.promise) + (queuedShort + queued).map(\.promise)
        waiting.removeAll()
        queued.removeAll()
        queuedShort.removeAll()
        for promise in unanswered { promise.fail(error) }
        context.close(promise: nil)
    }
}
