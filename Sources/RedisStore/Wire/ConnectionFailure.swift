import NIOCore
import NIOPosix
import NIOSSL

/// Returns an error of NIO or TLS about a connection as one line that an operator can act on.
func connectionFailureReason(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
        if let failure = error.connectionErrors.first { return connectionFailureReason(failure.error) }
        return "the name \(error.host) does not resolve"
    case let error as IOError:
        return ioReason(error)
    case SocketAddressError.unixDomainSocketPathTooLong:
        return "the path of a socket has 107 bytes at the most"
    case ChannelError.connectTimeout:
        return "no answer in time; is the address right, and does a firewall let it through?"
    case ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed:
        return "it was closed before"
    case let error as NIOSSLError:
        return tlsReason(error)
    case let error as BoringSSLError:
        return "TLS failed (\(error)); does the server speak TLS on this port?"
    case let error as NIOSSLExtraError:
        return "the certificate does not fit the host name (\(error))"
    default:
        return String(describing: error)
    }
}

private func ioReason(_ error: IOError) -> String {
    switch error.errnoCode {
    case 111: "connection refused; is Redis running there?"
    case 2: "no such socket"
    case 13: "no permission to use the socket"
    case 104: "the server closed the connection"
    case 113, 101: "no route to the host"
    default: error.description
    }
}

private func tlsReason(_ error: NIOSSLError) -> String {
    switch error {
    case .handshakeFailed(let cause):
        let words = String(describing: cause)
        if words.contains("CERTIFICATE_VERIFY_FAILED") {
            return "the server's certificate is not trusted; give its authority with --redis-ca-file"
        }
        if words.contains("WRONG_VERSION_NUMBER") { return "the server does not speak TLS on this port; use redis://" }
        return "the TLS handshake failed (\(words))"
    case .uncleanShutdown:
        return "the server closed the connection; does it speak TLS on this port?"
    default:
        return "TLS failed (\(error))"
    }
}
