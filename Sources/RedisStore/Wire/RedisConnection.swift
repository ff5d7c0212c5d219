import ConnectionStrings
import LocalFiles
import NIOCore
import NIOPosix
import NIOSSL

/// One logged-in connection, shared by everything that runs at once: commands go out in the order they are sent.
package final class RedisConnection: Sendable {
    package let settings: RedisSettings
    private let channel: any Channel
    private let end: ConnectionEnd
    let lacking = LackingCommands()
    /// For tasks that have this connection to themselves.
    let executor: ConnectionExecutor

    /// Connects, logs in, runs `body`, and closes.
    ///
    /// - Throws: ``RedisError`` when the server cannot be reached or refuses the login, and whatever `body` throws.
    package static func withConnection<Value>(
        _ settings: RedisSettings, _ body: (RedisConnection) async throws -> Value
    ) async throws -> Value {
        let connection = try await opened(settings)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Connects and logs in; whoever calls this closes it.
    static func opened(_ settings: RedisSettings) async throws -> RedisConnection {
        SecretsInUse.ofProcess.add([settings.password].compactMap(\.self).map { .credential($0) })
        let end = ConnectionEnd()
        let connection = RedisConnection(settings, try await open(settings, end), end)
        do {
            try await connection.logIn()
            return connection
        } catch {
            await connection.close()
            throw error
        }
    }

    private init(_ settings: RedisSettings, _ channel: any Channel, _ end: ConnectionEnd) {
        self.settings = settings
        self.channel = channel
        self.end = end
        executor = ConnectionExecutor(channel.eventLoop)
    }

    /// Sends the commands in one write and waits for all their replies; an error reply is a reply here.
    package func replies(to commands: [RedisCommand]) async throws -> [RedisReply] {
        if commands.isEmpty { return [] }
        var bytes = channel.allocator.buffer(capacity: 256)
        for command in commands { command.encode(into: &bytes) }
        return try await send(bytes, count: commands.count, weight: commands.count).get().replies
    }

    /// Sends the commands one behind the other without waiting, and tells of each what came of it: of those before the
    /// connection ended the reply.
    func replies(toEach commands: [RedisCommand]) async -> [ScriptAnswer] {
        if let cause = end.cause {
            return commands.map { _ in .failure(ScriptFailure(cause: cause, mayHaveRun: false)) }
        }
        let answers = commands.map { command in
            var bytes = channel.allocator.buffer(capacity: 256)
            command.encode(into: &bytes)
            return send(bytes, count: 1, weight: 1)
        }
        var ends: [ScriptAnswer] = []
        ends.reserveCapacity(commands.count)
        for answer in answers {
            do {
                ends += try await answer.get().replies.map { .success($0) }
            } catch {
                ends.append(.failure(ScriptFailure(cause: error, mayHaveRun: true)))
            }
        }
        return ends
    }

    /// Sends plain commands in one write and waits for all their replies; an error reply is a reply here.
    package func replies(to sequence: CommandSequence) async throws -> [RedisReply] {
        try await replies(to: [sequence])[0].replies
    }

    /// Sends plain commands, each sequence in one write, and waits for all their replies, a tape for each sequence.
    func replies(to sequences: [CommandSequence]) async throws -> [ReplyTape] {
        let answers = sequences.map { sent($0) }
        var tapes: [ReplyTape] = []
        tapes.reserveCapacity(sequences.count)
        for answer in answers { tapes.append(try await answer.get()) }
        return tapes
    }

    /// Sends plain commands in one write; what it answers with is for who waits for it.
    ///
    /// - Parameter next: goes behind it in the same write.
    func sent(_ sequence: CommandSequence, before next: CommandSequence? = nil) -> EventLoopFuture<ReplyTape> {
        var bytes = channel.allocator.buffer(capacity: sequence.bytes.count + (next?.bytes.count ?? 0))
        bytes.writeBytes(sequence.bytes)
        if let next { bytes.writeBytes(next.bytes) }
        return send(
            bytes, count: sequence.count + (next?.count ?? 0), weight: PipelineHandler.greatestInFlight / 4)
    }

    private func send(
        _ bytes: ByteBuffer, count: Int, weight: Int, isShort: Bool = false
    ) -> EventLoopFuture<ReplyTape> {
        let promise = channel.eventLoop.makePromise(of: ReplyTape.self)
        // A channel that has closed has no handler left that could answer the batch; only the write tells.
        let sent = channel.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenFailure { [target = settings.target, end] error in
            promise.fail(end.cause ?? .connectionLost(target: target, reason: connectionFailureReason(error)))
        }
        let batch = CommandBatch(bytes: bytes, count: count, weight: weight, isShort: isShort, promise: promise)
        channel.writeAndFlush(batch, promise: sent)
        return promise.futureResult
    }

    /// Sends one command, before those that wait to be sent.
    ///
    /// - Parameter operation: what is tried, for the error.
    /// - Throws: ``RedisError/refused(operation:target:message:)`` for an error reply.
    package func reply(to command: RedisCommand, _ operation: String) async throws -> RedisReply {
        guard let reply = try await tape(of: command, operation).replies.first else { throw unexpected(operation) }
        return reply
    }

    /// The same for a reply that is read where it lies.
    func tape(of command: RedisCommand, _ operation: String) async throws -> ReplyTape {
        var bytes = channel.allocator.buffer(capacity: 256)
        command.encode(into: &bytes)
        let tape = try await send(bytes, count: 1, weight: 1, isShort: true).get()
        if let first = tape.parts.first, first.kind == .error { throw refused(operation, tape.text(of: first)) }
        return tape
    }

    /// The same for plain commands that are answered together; see ``ReplyTape``.
    ///
    /// - Throws: for the first of them that is answered by an error.
    func tape(of sequence: CommandSequence, _ operation: String) async throws -> ReplyTape {
        let bytes = channel.allocator.buffer(bytes: sequence.bytes)
        let tape = try await send(bytes, count: sequence.count, weight: 1, isShort: true).get()
        if let error = tape.parts.first(where: { $0.kind == .error }) { throw refused(operation, tape.text(of: error)) }
        return tape
    }

    func refused(_ operation: String, _ message: String) -> RedisError {
        .refused(operation: operation, target: settings.target, message: message)
    }

    func unexpected(_ operation: String) -> RedisError {
        .unexpectedReply(operation: operation, target: settings.target)
    }

    /// What fails before the first answer has never worked: address, TLS or login are wrong, nothing was lost.
    private func logIn() async throws {
        do {
            try await greet()
        } catch RedisError.connectionLost(let target, let reason) {
            // A server that expects TLS closes what begins otherwise.
            let mayExpectTLS = settings.tls == nil && settings.endpoint.isTCP
            throw RedisError.cannotConnect(
                target: target, reason: reason + (mayExpectTLS ? "; if it expects TLS, use rediss://" : ""))
        } catch RedisError.timedOut(let target, let seconds) where settings.tls != nil {
            // A server without TLS waits for the end of what it takes for a command.
            throw RedisError.cannotConnect(
                target: target, reason: "no answer for \(seconds) s; does the server speak TLS on this port?")
        }
    }

    private func greet() async throws {
        if let password = settings.password {
            var auth = RedisCommand("AUTH")
            if let username = settings.username { auth.append(username) }
            auth.append(password)
            if case .error(let message) = try await replies(to: [auth]).first {
                throw refused("the login (AUTH)", RedisError.told(ofLogin: message))
            }
        }
        if settings.database != 0 {
            _ = try await reply(to: RedisCommand("SELECT", String(settings.database)), "SELECT")
        }
        try await awaitLoaded()
        // Comes before what is sent next. Where the connection has ended meanwhile, that will say why.
        channel.triggerUserOutboundEvent(PipelineHandler.LoginEnded(), promise: nil)
    }

    /// Asks whether this is a Redis, awake, and content with the login. That it refuses `PING` alone, as where it cannot
    /// save its data, is no matter. While it loads its data it is asked again, until the time for an answer is over.
    private func awaitLoaded() async throws {
        let end = ContinuousClock.now + .seconds(settings.commandTimeout)
        while case .error(let message) = try await replies(to: [RedisCommand("PING")]).first {
            let error = refused("PING", message)
            guard error.concernsServer else { return }
            guard error.code == "LOADING", .now < end else { throw error }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Waits for the channel to close; one that failed before is closed already.
    func close() async {
        channel.close(mode: .all, promise: nil)
        await withCheckedContinuation { closed in
            channel.closeFuture.whenComplete { _ in closed.resume() }
        }
    }

    private static func open(_ settings: RedisSettings, _ end: ConnectionEnd) async throws -> any Channel {
        do {
            let tls = try settings.tls.map { try context($0) }
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(settings.connectTimeout))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelOption(.writeBufferWaterMark, value: .init(low: 1 << 20, high: 4 << 20))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try addHandlers(to: channel, settings, tls, end) }
                }
            switch settings.endpoint {
            case .tcp(let host, let port): return try await bootstrap.connect(host: host, port: port).get()
            case .unixSocket(let path): return try await bootstrap.connect(unixDomainSocketPath: path).get()
            }
        } catch let unreadable as UnreadableAuthorities {
            throw RedisError.cannotConnect(target: settings.target, reason: unreadable.reason)
        } catch {
            throw RedisError.cannotConnect(target: settings.target, reason: connectionFailureReason(error))
        }
    }

    private struct UnreadableAuthorities: Error {
        let reason: String
    }

    private static func context(_ tls: RedisSettings.TLS) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        guard let file = tls.caFile else { return try NIOSSLContext(configuration: configuration) }
        do {
            let pem = try InputFile(at: file, atMost: RedisSettings.TLS.greatestFile)
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(pem.bytes))
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw UnreadableAuthorities(reason: "no authorities can be read from \(file) (\(error))")
        }
    }

    private static func addHandlers(
        to channel: any Channel, _ settings: RedisSettings, _ tls: NIOSSLContext?, _ end: ConnectionEnd
    ) throws {
        guard let reader = ReplyReader(.beforeLogin) else {
            throw RedisError.cannotConnect(target: settings.target, reason: "out of memory")
        }
        let pipeline = channel.pipeline.syncOperations
        if let tls, case .tcp(let host, _) = settings.endpoint {
            // An address has no server name to send; its certificate is checked against the address itself.
            let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : host))
        }
        try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(settings.idleTimeout)))
        try pipeline.addHandler(
            PipelineHandler(
                target: settings.target, reader: reader, commandTimeout: settings.commandTimeout, end: end))
    }
}
