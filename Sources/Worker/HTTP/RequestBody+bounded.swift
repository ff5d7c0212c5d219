import HummingbirdCore
import NIOCore

extension RequestBody {
    /// Reads the whole body. A client that takes longer than `patience` for it loses its connection.
    ///
    /// - Returns: `nil` where it has more bytes than `limit`; the rest is not read.
    func collected(
        upTo limit: Int, within patience: TimeAmount, on channel: any Channel
    ) async throws -> ByteBuffer? {
        let end = channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
        defer { end.cancel() }
        var whole = ByteBuffer()
        for try await var part in self {
            guard whole.readableBytes + part.readableBytes <= limit else { return nil }
            whole.writeBuffer(&part)
        }
        return whole
    }
}
