import HummingbirdCore
import NIOCore

/// What one client may take of the worker.
enum HTTPLimits {
    /// Bytes of a request's body; the Functions host sends its trigger's data.
    static let body = 4096
    static let functionBody = 65_536
    static let connections = 64
    /// From more than these on, the connection that has waited longest for its client gives way to a new one.
    static let patient = 48
    /// Connections, each for one request, that are taken in a second, and that may come at once after a pause.
    static let pace = 200.0
    static let burst = 64
    /// Until a request's first line and headers are there.
    static let idle = TimeAmount.seconds(10)
    /// For the whole of a request's body.
    static let reading = TimeAmount.seconds(10)
    /// For the client to take the whole of an answer.
    static let writing = TimeAmount.seconds(30)
    /// Bytes and number of headers.
    static let headers = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 8192, maxHeaderListSize: 16_384, maxHeaderFieldCount: 64)
}
