import NIOCore

/// Commands that are sent and answered together: their bytes, and where their replies go.
struct CommandBatch: Sendable {
    let bytes: ByteBuffer
    let count: Int
    /// How much it counts towards the bound of batches in flight: one for a command that may be a script, less for a
    /// plain one.
    let weight: Int
    /// Whether it is sent before other waiting batches: a single command must not wait behind hundreds.
    var isShort = false
    let promise: EventLoopPromise<ReplyTape>
}
