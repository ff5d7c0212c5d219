import NIOCore

/// The state of a connection on its event loop: batches that wait for replies, first in, first out, and batches that
/// wait to be sent.
///
/// If a batch is not answered in time, the connection is closed: a late reply must never reach the wrong caller.
final class PipelineHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = CommandBatch
    typealias OutboundOut = ByteBuffer

    private struct Waiting {
        let count: Int
        let weight: Int
        let promise: EventLoopPromise<ReplyTape>
    }

    /// The greatest weight of batches that wait for replies: enough to keep the server busy, and little enough that
    /// requests and replies in memory stay bounded on both sides.
    static let greatestInFlight = 64
    /// How many bytes hiredis gets at once.
    private static let bytesAtOnce = 8192

    private let target: String
    private let reader: ReplyReader
    private let commandTimeout: Int64
    private var waiting = CircularBuffer<Waiting>()
    /// How many replies of the first waiting batch have come.
    private var answered = 0
    private var queued = CircularBuffer<CommandBatch>()
    /// The short batches that wait to be sent; they go first.
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
        do throws(ReplyReader.Refusal) {
            try read(buffer, context)
            sendQueued(context)
        } catch {
            switch error {
            case .protocolViolation(let message): end(context, .notRedis(target: target, reason: message))
            case .tooMuch(let what): end(context, .tooMuch(target: target, reason: what))
            }
        }
    }

    /// The event that the server has answered the login: from now on its replies may be large.
    struct LoginEnded: Sendable {}

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is LoginEnded else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        reader.limits = .afterLogin
        promise?.succeed()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context, .connectionLost(target: target, reason: "closed by the server"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The first failure is the cause; a closing TLS connection may add others.
        end(context, .connectionLost(target: target, reason: connectionFailureReason(error)))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent, waiting.isEmpty {
            probe(context)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Feeds bytes to hiredis in parts: with every kilobyte that it has read it moves the rest forward.
    private func read(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) throws(ReplyReader.Refusal) {
        var hasReplies = false
        defer { if hasReplies { lastProgress = .now() } }
        let result = unsafe buffer.withUnsafeReadableBytes { bytes -> Result<Void, ReplyReader.Refusal> in
            do throws(ReplyReader.Refusal) {
                for start in stride(from: 0, to: bytes.count, by: Self.bytesAtOnce) {
                    let end = min(start + Self.bytesAtOnce, bytes.count)
                    unsafe try reader.feed(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                    while try reader.next() {
                        hasReplies = true
                        take(context)
                    }
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Sends waiting batches as far as they fit. A batch is sent whole; one that is larger than the bound is sent
    /// alone.
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

    /// Notes a reply that has come.
    private func take(_ context: ChannelHandlerContext) {
        guard let first = waiting.first else {
            // A server that accepts no more clients says so before it is asked.
            var reading = TapeReading([reader.takeTape()])
            if reading.nextKind == .error {
                end(context, .connectionLost(target: target, reason: reading.nextError()))
            } else {
                end(context, .notRedis(target: target, reason: "a reply that nothing was asked for"))
            }
            return
        }
        answered += 1
        guard answered == first.count else { return }
        answered = 0
        waiting.removeFirst()
        inFlight -= first.weight
        first.promise.succeed(reader.takeTape())
    }

    /// Asks whether a quiet connection still lives: something in between may have dropped it silently.
    private func probe(_ context: ChannelHandlerContext) {
        var bytes = context.channel.allocator.buffer(capacity: 16)
        RedisCommand("PING").encode(into: &bytes)
        let promise = context.eventLoop.makePromise(of: ReplyTape.self)
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
