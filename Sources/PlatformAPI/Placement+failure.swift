import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Output

extension Placement {
    /// Says what a failed request means: above all, whether it may have reached the API.
    ///
    /// - Parameter timeout: how many seconds the answer had.
    init(failure error: any Error, timeout: Int64) {
        switch error {
        case let error as HTTPClientError: self = Self.unanswered(error, timeout)
        case let error as NIOConnectionError:
            self = .unanswered(
                "cannot connect to \(error.host) port \(error.port); is the API running there?", wasSent: false)
        case let error as IOError where Self.neverConnected.contains(error.errnoCode):
            self = .unanswered(
                "cannot connect (error \(error.errnoCode)); is the API running there?", wasSent: false)
        case is HTTPParserError:
            self = .unanswered("the API's answer is no HTTP, or it ended in the middle", wasSent: true)
        case is NIOSSLExtraError: self = Self.tlsFailed(error)
        case let error as NIOSSLError:
            if case .handshakeFailed = error { self = Self.tlsFailed(error) } else { self = Self.ended(error) }
        case is CancellationError: self = .unanswered("the request was given up", wasSent: true)
        default: self = Self.ended(error)
        }
    }

    /// The errors after which nothing can have been sent: refused, timed out, no route to network or host.
    private static let neverConnected: Set<CInt> = [ECONNREFUSED, ETIMEDOUT, ENETUNREACH, EHOSTUNREACH]

    private static func unanswered(_ error: HTTPClientError, _ timeout: Int64) -> Placement {
        switch error {
        case .deadlineExceeded, .readTimeout:
            .unanswered("no whole answer for \(timeout) s", wasSent: true)
        case .connectTimeout:
            .unanswered(
                "no connection in time; is the address right, and does a firewall let it through?", wasSent: false)
        case .tlsHandshakeTimeout: tlsFailed(error)
        case .remoteConnectionClosed:
            .unanswered("the API closed the connection without a whole answer", wasSent: true)
        case .cancelled: .unanswered("the request was given up", wasSent: true)
        default: ended(error)
        }
    }

    private static func tlsFailed(_ error: any Error) -> Placement {
        .unanswered("TLS failed (\(told(error))); is --api right, and its authority in --api-ca-file?", wasSent: false)
    }

    /// Returns the placement after any other error: in doubt the request has reached the API.
    private static func ended(_ error: any Error) -> Placement {
        .unanswered("the connection to the API ended: \(told(error))", wasSent: true)
    }
}
