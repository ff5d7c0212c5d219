import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A plain HTTP server on the loopback interface whose answers a test decides: an API or an ingestion endpoint of its
/// own, with every fault that such a one can have.
package struct HTTPServer: Sendable {
    /// A whole request.
    package struct Request: Sendable {
        package let method: String
        package let path: String
        /// By lower-case name.
        package let headers: [String: String]
        package let body: String
    }

    /// What the client gets.
    package enum Answer: Sendable {
        case reply(Int, _ body: String = "", headers: [String: String] = [:])
        /// The end of its connection, behind these bytes.
        case cut(_ start: String = "")
    }

    /// Answers a request; what it throws ends the connection. It may take its time: other connections go on.
    package typealias Handling = @Sendable (Request) async throws -> Answer

    private typealias Client = NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>

    /// Where clients connect, `http://127.0.0.1:…` or `https://localhost:…`.
    package let url: String
    /// The certificate authority that clients must trust, where the server speaks TLS.
    package let caFile: String?

    /// Runs `body` with a server that listens, and ends it with its connections afterwards.
    package static func withServer<T: Sendable>(
        handling: @escaping Handling, _ body: (HTTPServer) async throws -> T
    ) async throws -> T {
        try await withServer(tls: nil, caFile: nil, handling, body)
    }

    /// The same with TLS, under a certificate that is good for a day.
    ///
    /// - Parameter isOld: whether it speaks TLS 1.1 and nothing newer.
    package static func withTLSServer<T: Sendable>(
        isOld: Bool = false, handling: @escaping Handling, _ body: (HTTPServer) async throws -> T
    ) async throws -> T {
        try await withTemporaryFolder("https") { folder in
            let certificates = try await Certificates(in: folder)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificates.server).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: certificates.serverKey, format: .pem)))
            if isOld { (configuration.minimumTLSVersion, configuration.maximumTLSVersion) = (.tlsv1, .tlsv11) }
            let context = try NIOSSLContext(configuration: configuration)
            return try await withServer(tls: context, caFile: certificates.authority, handling, body)
        }
    }

    private static func withServer<T: Sendable>(
        tls: NIOSSLContext?, caFile: String?, _ handling: @escaping Handling, _ body: (HTTPServer) async throws -> T
    ) async throws -> T {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
                    try channel.pipeline.syncOperations.addHandler(decoder)
                    return try Client(wrappingChannelSynchronously: channel)
                }
            }
        guard let port = listener.channel.localAddress?.port else { throw TestServerError.noFreePort(errno: 0) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await serve(listener, handling) }
            let url = tls == nil ? "http://127.0.0.1:\(port)" : "https://localhost:\(port)"
            return try await body(HTTPServer(url: url, caFile: caFile))
        }
    }

    private static func serve(_ listener: NIOAsyncChannel<Client, Never>, _ handling: @escaping Handling) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { clients in
                for try await client in clients {
                    // A connection that ends, however it ends, takes nothing with it but itself.
                    group.addTask { try? await serve(client, handling) }
                }
            }
        }
    }

    private static func serve(_ client: Client, _ handling: Handling) async throws {
        try await client.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            var body = ByteBuffer()
            for try await part in inbound {
                switch part {
                case .head(let received): (head, body) = (received, ByteBuffer())
                case .body(let bytes): body.writeImmutableBuffer(bytes)
                case .end:
                    guard let head else { return }
                    switch try await handling(Request(head, body)) {
                    case .reply(let status, let text, let headers):
                        try await outbound.write(ByteBuffer(string: message(status, text, headers)))
                    case .cut(let start):
                        return try await outbound.write(ByteBuffer(string: start))
                    }
                }
            }
        }
    }

    private static func message(_ status: Int, _ body: String, _ headers: [String: String]) -> String {
        let reason = HTTPResponseStatus(statusCode: status).reasonPhrase
        let lines = headers.merging(["content-length": String(body.utf8.count)]) { given, _ in given }
        return "HTTP/1.1 \(status) \(reason)\r\n"
            + lines.map { "\($0.key): \($0.value)\r\n" }.joined() + "\r\n" + body
    }
}

extension HTTPServer.Request {
    fileprivate init(_ head: HTTPRequestHead, _ body: ByteBuffer) {
        method = head.method.rawValue
        path = head.uri
        headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $0 + "," + $1 })
        self.body = String(buffer: body)
    }
}
