import FoundationEssentials

/// Where the platform's API is, and how to ask it.
package struct APISettings: Sendable {
    /// The whole URL of the request.
    package let endpoint: String
    /// The bearer token; shown nowhere.
    package var token: String?
    /// Seconds until an answer must be whole.
    package var timeout: Int64 = 10
    /// PEM file of the authorities that the API's certificate is checked against; the system's own otherwise.
    package var caFile: String?

    /// Whether nobody on the way can read what is sent: it goes by TLS, or stays on this machine.
    package let isPrivate: Bool

    /// The error of an address that cannot be used, which says why.
    package struct UnusableAddress: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter url: the API's address, `http` or `https`; the path `/v1/inventory/holds` is appended.
    /// - Throws: ``UnusableAddress``; the address is not repeated where it could hold a password.
    package init(url: String) throws(UnusableAddress) {
        guard let address = URLComponents(string: url), let host = address.host, !host.isEmpty else {
            throw UnusableAddress(description: "--api must be http://host[:port][/path] or https://…")
        }
        guard let scheme = address.scheme?.lowercased(), ["http", "https"].contains(scheme) else {
            throw UnusableAddress(description: "--api must begin with http:// or https://")
        }
        guard address.user == nil, address.password == nil else {
            throw UnusableAddress(
                description: "--api carries no user or password: set HOLD_RECONCILER_API_TOKEN instead")
        }
        guard address.query == nil, address.fragment == nil else {
            throw UnusableAddress(description: "--api is an address without ? and #")
        }
        isPrivate = scheme == "https" || Self.isLoopback(host.lowercased())
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        endpoint = base + "/v1/inventory/holds"
    }

    /// - Parameter host: in lower case; an IPv6 address may have its brackets or not.
    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isIPv4 = parts.count == 4 && parts.allSatisfy { UInt8($0) != nil && $0.first != "+" }
        return ["localhost", "::1", "[::1]"].contains(host) || isIPv4 && parts.first == "127"
    }
}
