import NIOCore

/// Commands that are sent together and answered together: their bytes, and where their replies go.
struct CommandBatch: Sendable {
    let bytes: ByteBuffer
    let count: Int
    let promise: EventLoopPromise<[RedisReply]>
}
