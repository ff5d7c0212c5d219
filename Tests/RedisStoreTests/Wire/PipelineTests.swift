import NIOCore
import NIOEmbedded
import TestServers
import Testing

@testable import RedisStore

@Suite("the pipeline of a connection")
struct PipelineTests {
    @Test("gives every reply to its caller, in order, however many callers send at once")
    func givesRepliesToCallers() async throws {
        try await RedisFixture.with { redis in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<100 {
                    group.addTask {
                        for round in 0..<5 {
                            let words = (0..<20).map { "\(caller)-\(round)-\($0)" }
                            let replies = try await redis.connection.replies(to: words.map { RedisCommand("ECHO", $0) })
                            #expect(replies.map(\.text) == words)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("keeps error replies in their places, and serves the commands behind them")
    func keepsErrorsInPlace() async throws {
        try await RedisFixture.with { redis in
            let replies = try await redis.connection.replies(to: [
                RedisCommand("ECHO", "a"), RedisCommand("NONSENSE"), RedisCommand("ECHO", "b"),
            ])
            #expect(replies.map(\.text) == ["a", nil, "b"])
            guard case .error(let message) = replies[1] else { throw RedisErrorExpected() }
            #expect(message.hasPrefix("ERR unknown command"))
        }
    }

    @Test("reads every kind of reply, of any bytes, and a large one whole")
    func readsEveryReply() async throws {
        try await RedisFixture.with { redis in
            let bytes = (0...255).map { UInt8($0) }
            try await redis.send([Array("SET".utf8), Array("key".utf8), bytes])
            #expect(try await redis.send("GET", "key") == .string(bytes))
            #expect(try await redis.send("GET", "none") == .null)
            let reply = try await redis.send(
                "EVAL", "return {1, -5, 'text', redis.status_reply('OK'), false, {}, {'a', {'b'}}}", "0")
            #expect(
                reply
                    == .array([
                        .integer(1), .integer(-5), .string(Array("text".utf8)), .status("OK"), .null, .array([]),
                        .array([.string(Array("a".utf8)), .array([.string(Array("b".utf8))])]),
                    ]))
            let large = try await redis.send("EVAL", "return string.rep('x', 20000000)", "0")
            #expect(large.bytes?.count == 20_000_000)
        }
    }

    @Test("has a bounded number of commands in flight, whoever sends them")
    func boundsCommandsInFlight() throws {
        let channel = EmbeddedChannel()
        let reader = try #require(ReplyReader(.afterLogin))
        try channel.pipeline.syncOperations.addHandler(
            PipelineHandler(target: "here", reader: reader, commandTimeout: 30, end: ConnectionEnd()))
        let batches = try (0..<5).map { batch in
            try send(Array(repeating: "PING", count: 30), named: "batch \(batch)", to: channel)
        }
        #expect(try sent(by: channel) == ["batch 0", "batch 1"])

        // The bound is free for a third batch only when a whole batch of replies has come.
        try answer(25, on: channel)
        #expect(try sent(by: channel) == [])
        try answer(5, on: channel)
        #expect(try sent(by: channel) == ["batch 2"])
        #expect(try batches[0].futureResult.wait().replies.count == 30)
        try answer(60, on: channel)
        #expect(try sent(by: channel) == ["batch 3", "batch 4"])

        // One that is larger than the bound goes out alone, when all others are answered.
        let large = try send(Array(repeating: "PING", count: 500), named: "large", to: channel)
        #expect(try sent(by: channel) == [])
        try answer(60, on: channel)
        #expect(try sent(by: channel) == ["large"])
        try answer(500, on: channel)
        #expect(try large.futureResult.wait().replies.count == 500)
        _ = try channel.finish()
    }

    @Test("fails what is in flight and what still waits to be sent when the connection ends")
    func failsAllAtTheEnd() throws {
        let channel = EmbeddedChannel()
        let reader = try #require(ReplyReader(.afterLogin))
        try channel.pipeline.syncOperations.addHandler(
            PipelineHandler(target: "here", reader: reader, commandTimeout: 30, end: ConnectionEnd()))
        let batches = try (0..<4).map { try send(Array(repeating: "PING", count: 40), named: "\($0)", to: channel) }
        channel.pipeline.fireChannelInactive()
        for batch in batches { #expect(throws: RedisError.self) { try batch.futureResult.wait() } }
        #expect(throws: RedisError.self) { try send(["PING"], named: "late", to: channel).futureResult.wait() }
    }

    @Test("sends a short command before what waits to be sent, and gives each its own reply")
    func sendsShortOnesFirst() throws {
        let channel = EmbeddedChannel()
        let reader = try #require(ReplyReader(.afterLogin))
        try channel.pipeline.syncOperations.addHandler(
            PipelineHandler(target: "here", reader: reader, commandTimeout: 30, end: ConnectionEnd()))
        let long = try (0..<3).map { try send(Array(repeating: "PING", count: 40), named: "long \($0)", to: channel) }
        let short = try send(["PING"], named: "short", isShort: true, to: channel)
        // The first is on its way, and the short one fits beside it.
        #expect(try sent(by: channel) == ["long 0", "short"])
        try answer(41, on: channel)
        #expect(try sent(by: channel) == ["long 1"])
        #expect(try long[0].futureResult.wait().replies.count == 40)
        #expect(try short.futureResult.wait().replies.count == 1)
        try answer(40, on: channel)
        #expect(try sent(by: channel) == ["long 2"])
        try answer(40, on: channel)
        #expect(try long[2].futureResult.wait().replies.count == 40)
        #expect(try channel.finish().isClean)
    }

    private struct RedisErrorExpected: Error {}

    /// The handler passes a batch's bytes on as they are, so its name can stand in for them.
    private func send(
        _ commands: [String], named name: String, isShort: Bool = false, to channel: EmbeddedChannel
    ) throws -> EventLoopPromise<ReplyTape> {
        let promise = channel.eventLoop.makePromise(of: ReplyTape.self)
        channel.writeAndFlush(
            CommandBatch(
                bytes: ByteBuffer(string: name), count: commands.count, weight: commands.count, isShort: isShort,
                promise: promise),
            promise: nil)
        return promise
    }

    private func sent(by channel: EmbeddedChannel) throws -> [String] {
        var names: [String] = []
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { names.append(String(buffer: bytes)) }
        return names
    }

    private func answer(_ count: Int, on channel: EmbeddedChannel) throws {
        try channel.writeInbound(ByteBuffer(string: String(repeating: "+PONG\r\n", count: count)))
    }
}
