import AsyncHTTPClient
import NIOCore
import NIOPosix
import Output

/// Says in a few words, for the log, what a failed request to the ingestion endpoint means.
func deliveryFailureReason(_ error: any Error) -> String {
    switch error {
    case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout: "no answer in time"
    case let error as HTTPClientError where error == .connectTimeout: "no connection in time"
    case let error as HTTPClientError where error == .remoteConnectionClosed: "it closed the connection"
    case let error as NIOConnectionError: "cannot connect to \(error.host) port \(error.port)"
    case let error as IOError where error.errnoCode == 111: "connection refused"
    default: told(error)
    }
}
