import HummingbirdCore
import NIOCore

/// The limits of what clients may take of the worker.
enum HTTPLimits {
    /// The longest body of a request, in bytes; the Functions host sends the data of its trigger.
    static let body = 4096
    static let functionBody = 65_536
    static let connections = 64
    /// How many connections stay open. Beyond that, the one that has waited longest for its client is closed for a new
    /// one.
    static let patient = 48
    /// How many connections, each for one request, are accepted in a second, and how many at once after a pause.
    static let pace = 200.0
    static let burst = 64
    /// The time until a request's first line and headers must be there.
    static let idle = TimeAmount.seconds(10)
    /// The time until a request's whole body must be there.
    static let reading = TimeAmount.seconds(10)
    /// The time in which the client must read the whole answer.
    static let writing = TimeAmount.seconds(30)
    /// The size and number of headers.
    static let headers = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 8192, maxHeaderListSize: 16_384, maxHeaderFieldCount: 64)
}
