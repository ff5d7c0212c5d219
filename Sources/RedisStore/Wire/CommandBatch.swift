import NIOCore

/// Commands that are sent together and answered together: their bytes, and where their replies go.
struct CommandBatch: Sendable {
    let bytes: ByteBuffer
    let count: Int
    /// What it counts for where the batches in flight are bounded: one for a command that may be a script, less for a
    /// plain one.
    let weight: Int
    /// Whether it goes before what is not sent yet: one command that somebody waits for must not stand behind hundreds.
    var isShort = false
    let promise: EventLoopPromise<ReplyTape>
}
