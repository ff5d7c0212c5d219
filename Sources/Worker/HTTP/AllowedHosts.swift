import HTTPTypes

/// The names that the header `Host` may have: those by which clients may call the worker.
///
/// By DNS rebinding a page can make a browser send requests to this port under the name that the page came from, and
/// can then read the answers. `Host` has that name, so only known names are answered. An address cannot be rebound:
/// where the port is open to a network, probes and Prometheus call it by its address.
package struct AllowedHosts: Sendable {
    private let names: Set<String>
    private let takesAddresses: Bool
    /// Whether every name is allowed, as on a Unix socket, which a browser cannot reach.
    private let takesAll: Bool

    /// - Parameters:
    ///   - listen: where the worker listens.
    ///   - others: further names, in lower case.
    package init(_ listen: ListenAddress, others: [String]) {
        switch listen {
        case .unixSocket:
            (names, takesAddresses, takesAll) = ([], true, true)
        case .tcp(let host, _):
            let host = host.lowercased()
            takesAll = false
            takesAddresses = !Self.isLoopback(host)
            names = Set(["localhost", host] + others)
        }
    }

    /// - Parameter fields: the fields of the request, without its first `Host`.
    func allow(_ authority: String?, _ fields: HTTPFields) -> Bool {
        if takesAll { return true }
        // With a second `Host`, a proxy on the way may have used the other one.
        guard let authority, let name = HTTPField.Name("Host"), fields[values: name].isEmpty,
            let host = Self.host(of: authority)
        else { return false }
        return names.contains(host) || Self.isLoopbackAddress(host) || takesAddresses && Self.isAddress(host)
    }

    /// Whether a text is a name that a `Host` can have.
    package static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D || byte == 0x2E
                    || byte == 0x5F
            }
    }

    /// Returns the host in lower case, without port and the brackets of an IPv6 address; `nil` where the text has none.
    private static func host(of authority: String) -> String? {
        if authority.hasPrefix("[") {
            guard let end = authority.lastIndex(of: "]"), isPort(authority[authority.index(after: end)...]) else {
                return nil
            }
            let address = authority[authority.index(after: authority.startIndex)..<end].lowercased()
            return isIPv6(address) ? address : nil
        }
        let host = authority.prefix { $0 != ":" }
        guard isPort(authority[host.endIndex...]), isName(String(host)) else { return nil }
        return host.lowercased()
    }

    private static func isPort(_ text: Substring) -> Bool {
        if text.isEmpty { return true }
        return text.first == ":" && text.count <= 6 && text.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isLoopback(_ host: String) -> Bool { host == "localhost" || isLoopbackAddress(host) }

    private static func isLoopbackAddress(_ host: String) -> Bool {
        host == "::1" || isIPv4(host) && host.hasPrefix("127.")
    }

    private static func isAddress(_ host: String) -> Bool { isIPv4(host) || isIPv6(host) }

    private static func isIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil && $0.first != "+" }
    }

    /// Whether a host is an IPv6 address, roughly: a name never has a colon.
    private static func isIPv6(_ host: String) -> Bool {
        host.contains(":")
            && host.utf8.allSatisfy { byte in
                (0x30...0x3A).contains(byte) || (0x61...0x66).contains(byte) || byte == 0x2E
            }
    }
}
