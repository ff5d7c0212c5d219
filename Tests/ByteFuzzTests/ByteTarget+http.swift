import Foundation
import HTTPTypes

@testable import PlatformAPI
@testable import Telemetry
@testable import Worker

extension ByteTarget {
    /// The first byte chooses a reader.
    static func readHTTP(_ bytes: [UInt8]) throws(Wrong) {
        var source = ByteSource(bytes)
        let choice = source.byte() % 6
        let rest = Array(source.left)
        let text = text(rest)
        switch choice {
        case 0:
            let path = text.prefix { $0 != "?" }
            if let resource = try? Resource(.get, path, hasFunction: true), resource == .function {
                throw Wrong("GET starts a run")
            }
        case 1: try readHost(text)
        case 2: _ = FunctionEnvelope.isOne(Data(rest))
        case 3:
            do throws(HoldAnswer.Unreadable) {
                if try HoldAnswer(body: Data(rest)).holdToken.isEmpty { throw HoldAnswer.Unreadable(reason: "") }
            } catch {
                try expectNoSecret(in: error.reason)
            }
        case 4:
            let status = 200 + Int(rest.first ?? 0) * 2
            let answer = TrackAnswer(status: status, retryAfter: text, body: Data(rest.dropFirst()), count: 3)
            if case .retry(let positions, let refused, _, _) = answer, positions.count + refused > 3 {
                throw Wrong("more events came back than were sent")
            }
            _ = TraceParent(text)
            _ = TraceState(text)
        default: try readRedirect(text)
        }
    }

    private static func readHost(_ text: String) throws(Wrong) {
        let hosts = AllowedHosts(.tcp(host: "127.0.0.1", port: 8080), others: ["worker.internal"])
        guard hosts.allow(text, HTTPFields()) else { return }
        let host = text.lowercased()
        let known = ["localhost", "127.", "worker.internal", "[::1]", "[0", "[:"]
        guard known.contains(where: { host.hasPrefix($0) }) else { throw Wrong("a stranger's name is answered") }
    }

    private static func readRedirect(_ text: String) throws(Wrong) {
        guard case .to(let target) = Redirect(status: 308, location: text, of: "https://in.example/v2.1/track") else {
            return
        }
        guard target.lowercased().hasPrefix("https://"), URL(string: target)?.host?.lowercased() == "in.example" else {
            throw Wrong("a redirect leads elsewhere")
        }
    }
}
