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
    /// The executor for tasks that have this connection to themselves.
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

    /// Sends the commands one after the other without waiting, and returns the answer of each: a reply, or an error for
    /// those that were not answered before the connection ended.
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

    /// Sends plain commands in one write, and returns a future of their replies.
    ///
    /// - Parameter next: more commands for the same write; their replies come later.
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
        // A closed channel has no handler that could answer the batch; only the write fails.
        let sent = channel.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenFailure { [target = settings.target, end] error in
            promise.fail(end.cause ?? .connectionLost(target: target, reason: connectionFailureReason(error)))
        }
        let batch = CommandBatch(bytes: bytes, count: count, weight: weight, isShort: isShort, promise: promise)
        channel.writeAndFlush(batch, promise: sent)
        return promise.futureResult
    }

    /// Sends one command before those that wait to be sent.
    ///
    /// - Parameter operation: the name of what is tried, for the error.
    /// - Throws: ``RedisError/refused(operation:target:message:)`` for an error reply.
    package func reply(to command: RedisCommand, _ operation: String) async throws -> RedisReply {
        guard let reply = try await tape(of: command, operation).replies.first else { throw unexpected(operation) }
        return reply
    }

    /// Sends one command in the same way, and returns the reply as a tape, where it is read in place.
    func tape(of command: RedisCommand, _ operation: String) async throws -> ReplyTape {
        var bytes = channel.allocator.buffer(capacity: 256)
        command.encode(into: &bytes)
        let tape = try await send(bytes, count: 1, weight: 1, isShort: true).get()
        if let first = tape.parts.first, first.kind == .error { throw refused(operation, tape.text(of: first)) }
        return tape
    }

    /// Sends plain commands in the same way, and returns all their replies on one tape; see ``ReplyTape``.
    ///
    /// - Throws: an error for the first command that is answered by one.
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

    /// Logs in. If this fails before the first answer, address, TLS or login are wrong, and no connection was lost.
    private func logIn() async throws {
        do {
            try await greet()
        } catch RedisError.connectionLost(let target, let reason) {
            // A server that expects TLS closes a connection that begins without.
            let mayExpectTLS = settings.tls == nil && settings.endpoint.isTCP
            throw RedisError.cannotConnect(
                target: target, reason: reason + (mayExpectTLS ? "; if it expects TLS, use rediss://" : ""))
        } catch RedisError.timedOut(let target, let seconds) where settings.tls != nil {
            // A server without TLS mistakes the handshake for a command, and waits for its end.
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
        // This comes before the next command. If the connection has ended meanwhile, that command will say why.
        channel.triggerUserOutboundEvent(PipelineHandler.LoginEnded(), promise: nil)
    }

    /// Asks whether this is a Redis that is ready and accepts the login. It does no harm if it refuses only `PING`, as
    /// where it cannot save its data. While it loads its data it is asked again, until the time for an answer is over.
    private func awaitLoaded() async throws {
        let end = ContinuousClock.now + .seconds(settings.commandTimeout)
        while case .error(let message) = try await replies(to: [RedisCommand("PING")]).first {
            let error = refused("PING", message)
            guard error.concernsServer else { return }
            guard error.code == "LOADING", .now < end else { throw error }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Closes the channel and waits for that; a channel that failed before is closed already.
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
            // TLS cannot send an address as server name; the certificate is checked against the address itself.
            let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : host))
        }
        try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(settings.idleTimeout)))
        try pipeline.addHandler(
            PipelineHandler(
                target: settings.target, reader: reader, commandTimeout: settings.commandTimeout, end: end))
    }
}
