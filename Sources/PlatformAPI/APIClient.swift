import AsyncHTTPClient
import ConnectionStrings
import FoundationEssentials
import HoldModel
import LocalFiles
import NIOCore
import NIOHTTP1
import NIOSSL
import Output

/// Asks the platform's API for holds, as a buyer's client does.
package struct APIClient: Sendable {
    /// The longest answer that is read, in bytes; none that the platform documents is longer.
    private static let greatestBody = 1 << 20
    /// The largest file of authorities, in bytes: several times what all public ones need.
    private static let greatestFile = 4 << 20

    private let settings: APISettings
    private let http: HTTPClient

    /// Runs `body` with a client of its own and closes its connections.
    ///
    /// - Throws: whatever `body` throws, and an error where the file of authorities cannot be read.
    package static func withClient<Value>(
        _ settings: APISettings, _ body: (APIClient) async throws -> Value
    ) async throws -> Value {
        SecretsInUse.ofProcess.add([settings.token].compactMap(\.self).map { .credential($0) })
        // A redirect would send the token to wherever it points.
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = HTTPClient.Configuration.Timeout(connect: .seconds(min(settings.timeout, 5)))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let file = settings.caFile { tls.trustRoots = .certificates(try authorities(in: file)) }
        configuration.tlsConfiguration = tls
        return try await HTTPClient.withHTTPClient(configuration: configuration) { http in
            try await body(APIClient(settings: settings, http: http))
        }
    }

    private static func authorities(in file: String) throws -> [NIOSSLCertificate] {
        do {
            return try NIOSSLCertificate.fromPEMBytes(try InputFile(at: file, atMost: greatestFile).bytes)
        } catch {
            throw UnreadableAuthorities(file: file, reason: String(describing: error))
        }
    }

    private struct UnreadableAuthorities: Error, CustomStringConvertible {
        let file: String
        let reason: String

        var description: String {
            "no authorities can be read from \(file) (--api-ca-file): \(reason)"
        }
    }

    /// Asks for a hold, once. A cancelled task ends the request.
    ///
    /// - Parameter trace: headers that tell the API which trace the request belongs to.
    package func place(_ seats: SeatRequest, trace: [(name: String, value: String)]) async -> Placement {
        do {
            var request = HTTPClientRequest(url: settings.endpoint)
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.headers.add(name: "accept", value: "application/json")
            request.headers.add(name: "user-agent", value: "hold-reconciler")
            for header in trace { request.headers.add(name: header.name, value: header.value) }
            if let token = settings.token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
            request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(seats)))
            let response = try await http.execute(request, timeout: .seconds(settings.timeout))
            return try await placement(response)
        } catch {
            return Placement(failure: error, timeout: settings.timeout)
        }
    }

    private func placement(_ response: HTTPClientResponse) async throws -> Placement {
        let body: ByteBuffer
        do {
            body = try await response.body.collect(upTo: Self.greatestBody)
        } catch is NIOTooManyBytesError {
            return .unreadable("it is longer than \(Self.greatestBody) bytes")
        }
        switch response.status {
        case .created:
            do throws(HoldAnswer.Unreadable) {
                return .placed(try HoldAnswer(body: Data(body.readableBytesView)))
            } catch {
                return .unreadable(error.reason)
            }
        case .conflict: return .outOfStock(shown(body))
        case .unauthorized, .forbidden:
            return .refused(
                status: Int(response.status.code), shown(body) + "; check HOLD_RECONCILER_API_TOKEN")
        case let status where (300..<400).contains(status.code):
            return .refused(status: Int(status.code), "a redirect, which is not followed: give the API's own address")
        default: return .refused(status: Int(response.status.code), shown(body))
        }
    }

    /// Returns the start of a body without secrets, since a server may repeat what it was sent.
    private func shown(_ body: ByteBuffer) -> String {
        let text = excerpt(of: Array(body.readableBytesView), atMost: 200)
        return text.isEmpty ? "(an empty answer)" : text
    }
}
