import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The HTTP port of the worker.
struct HTTPService: Service {
    let endpoints: Endpoints
    let address: ListenAddress
    let logger: Logger
    /// Called with the address once the worker listens.
    let hasBound: @Sendable (ListenAddress) -> Void

    /// The one thread of all connections: however many there are, a run has the other processors. It lives as long as
    /// the process.
    private static let thread = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// The connection of a request.
    private struct Exchange: InitializableFromSource {
        let channel: any Channel

        init(source: ApplicationRequestContextSource) {
            channel = source.channel
        }
    }

    struct CannotListen: Error, CustomStringConvertible {
        let address: ListenAddress
        let cause: any Error

        var description: String {
            if (cause as? IOError)?.errnoCode == EADDRINUSE {
                "cannot listen on \(address): it is in use; is another worker there already? Choose with --listen"
            } else {
                "cannot listen on \(address): \(cause). Choose with --listen"
            }
        }
    }

    func run() async throws {
        let endpoints = endpoints
        let clients = endpoints.clients
        let responder = CallbackResponder<Exchange> { request, exchange in
            let answer = try await endpoints.answer(to: request, on: exchange.channel)
            clients.note(exchange.channel, .client)
            return answer.response(on: exchange.channel)
        }
        let claim = try await claim()
        defer { claim?.end() }
        let application = Application(
            responder: responder,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [clients.place(), SingleRequest.handler()], idleTimeout: HTTPLimits.idle,
                    httpDecoderConfiguration: HTTPLimits.headers)),
            configuration: configuration,
            onServerRunning: { channel in
                await keepPace(channel)
                claim?.end()
                hasBound(bound(channel))
            },
            eventLoopGroupProvider: .shared(Self.thread),
            logger: quiet(logger))
        do {
            try await application.run()
        } catch {
            throw CannotListen(address: address, cause: error)
        }
    }

    /// Bounds the pace at which connections are accepted. Where that cannot be done, closes the port.
    private func keepPace(_ server: any Channel) async {
        do {
            try await server.eventLoop.submit {
                try server.pipeline.syncOperations.addHandler(AcceptancePace(), position: .first)
            }.get()
        } catch {
            logger.error("the HTTP port has no bound and is closed", metadata: ["error": "\(error)"])
            server.close(promise: nil)
        }
    }

    /// Claims the path of a socket; `nil` for a port.
    private func claim() async throws -> SocketClaim? {
        guard case .unixSocket(let path) = address else { return nil }
        do {
            return try await SocketClaim(path: path)
        } catch {
            throw CannotListen(address: address, cause: error)
        }
    }

    private var configuration: ApplicationConfiguration {
        ApplicationConfiguration(
            address: {
                switch address {
                case .tcp(let host, let port): .hostname(host, port: port)
                case .unixSocket(let path): .unixDomainSocket(path: path)
                }
            }(),
            availableConnectionsDelegate: .maximum(HTTPLimits.connections, logger: quiet(logger)))
    }

    /// Returns the address at which the worker listens: for port 0 the system has chosen one.
    private func bound(_ channel: any Channel) -> ListenAddress {
        guard case .tcp(let host, _) = address, let port = channel.localAddress?.port else { return address }
        return .tcp(host: host, port: port)
    }

    /// Returns a logger that drops the server's routine messages about connections.
    private func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }
}
