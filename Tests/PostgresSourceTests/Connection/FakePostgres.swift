import NIOCore
import NIOPosix

/// A server that speaks PostgreSQL's protocol as far as the login, and then says what a test tells it to.
enum FakePostgres {
    /// A message: a letter, its length, and its body.
    static func message(_ letter: String, _ body: [UInt8] = [], length: Int32? = nil) -> [UInt8] {
        let size = length ?? Int32(body.count + 4)
        return Array(letter.utf8) + withBigEndian(size) + body
    }

    static let ready = message("Z", Array("T".utf8))
    static let refusal = message("E", Array("SERROR\0VERROR\0CXX000\0Mno\0\0".utf8))

    /// - Parameter rest: what answers each statement; the last of it again and again.
    /// - Returns: what `body` returns, which gets a connection string.
    static func with<Value>(
        _ answers: [[UInt8]], floods: Bool = false, _ body: (String) async throws -> Value
    ) async throws -> Value {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FakeSession(answers, floods: floods))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = listener.localAddress?.port ?? 0
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await body("host=127.0.0.1 port=\(port) user=u dbname=d sslmode=disable gssencmode=disable"))
        } catch {
            result = .failure(error)
        }
        try await listener.close()
        return try result.get()
    }

    fileprivate static func withBigEndian(_ number: Int32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }
}

private final class FakeSession: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var answers: ArraySlice<[UInt8]>
    private let floods: Bool
    private var hasBegun = false

    init(_ answers: [[UInt8]], floods: Bool) {
        self.answers = answers[...]
        self.floods = floods
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if hasBegun {
            let answer = answers.count > 1 ? answers.removeFirst() : answers.first ?? []
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer)), promise: nil)
            if floods, answers.count == 1 { flood(context) }
            return
        }
        hasBegun = true
        let settings = ["server_version": "15.0", "server_encoding": "UTF8", "client_encoding": "UTF8"]
        let told = settings.flatMap { FakePostgres.message("S", Array("\($0.key)\0\($0.value)\0".utf8)) }
        let greeting =
            FakePostgres.message("R", [0, 0, 0, 0]) + told + FakePostgres.message("K", [0, 0, 0, 1, 0, 0, 0, 1])
            + FakePostgres.message("Z", Array("I".utf8))
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: greeting)), promise: nil)
    }

    /// Sends for as long as somebody takes it.
    private func flood(_ context: ChannelHandlerContext) {
        let bytes = ByteBuffer(repeating: UInt8(ascii: "x"), count: 1 << 20)
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        @Sendable func next() {
            context.value.writeAndFlush(NIOAny(bytes)).whenSuccess { next() }
        }
        next()
    }
}
