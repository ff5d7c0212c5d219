import NIOCore

/// The connection's state on its event loop: batches that wait for replies, first in, first out.
///
/// A batch that is not answered in time takes the connection with it: a late reply must never reach the wrong caller.
final class PipelineHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = CommandBatch
    typealias OutboundOut = ByteBuffer

    private struct Waiting {
        let count: Int
        let promise: EventLoopPromise<[RedisReply]>
        var replies: [RedisReply] = []
    }

    private let target: String
    private let reader: ReplyReader
    private let commandTimeout: Int64
    private var waiting = CircularBuffer<Waiting>()
    private var lastProgress = NIODeadline.now()
    private var watch: Scheduled<Void>?
    private var failure: RedisError?

    init(target: String, reader: ReplyReader, commandTimeout: Int64) {
        self.target = target
        self.reader = reader
        self.commandTimeout = commandTimeout
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let batch = unwrapOutboundIn(data)
        if let failure {
            batch.promise.fail(failure)
            promise?.fail(failure)
            return
        }
        if waiting.isEmpty { lastProgress = .now() }
        waiting.append(Waiting(count: batch.count, promise: batch.promise))
        if watch == nil { watchProgress(context) }
        context.write(wrapOutboundOut(batch.bytes), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        do throws(ReplyReader.ProtocolViolation) {
            try feed(buffer)
            while let reply = try reader.next() { take(reply, context) }
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

    private func take(_ reply: RedisReply, _ context: ChannelHandlerContext) {
        lastProgress = .now()
        guard !waiting.isEmpty else {
            end(context, .notRedis(target: target, reason: "a reply that nothing was asked for"))
            return
        }
        waiting[waiting.startIndex].replies.append(reply)
        guard let first = waiting.first, first.replies.count == first.count else { return }
        waiting.removeFirst()
        first.promise.succeed(first.replies)
    }

    /// A quiet connection may have been dropped by something in between without a word.
    private func probe(_ context: ChannelHandlerContext) {
        var bytes = context.channel.allocator.buffer(capacity: 16)
        RedisCommand("PING").encode(into: &bytes)
        let promise = context.eventLoop.makePromise(of: [RedisReply].self)
        let batch = CommandBatch(bytes: bytes, count: 1, promise: promise)
        write(context: context, data: NIOAny(batch), promise: nil)
        context.flush()
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
        guard failure == nil else { return }
        failure = error
        watch?.cancel()
        let unanswered = waiting
        waiting.removeAll()
        for batch in unanswered { batch.promise.fail(error) }
        context.close(promise: nil)
    }
}
