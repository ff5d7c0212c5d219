import FoundationEssentials

/// Where the platform's API is, and how to ask it.
package struct APISettings: Sendable {
    /// The request's whole address.
    package let endpoint: String
    /// Sent as a bearer token; shown nowhere.
    package var token: String?
    /// Seconds until an answer must be whole.
    package var timeout: Int64 = 10
    /// PEM file of the authorities that the API's certificate is checked against; the system's own otherwise.
    package var caFile: String?

    /// Why an address cannot be used.
    package struct UnusableAddress: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter url: what the path `/v1/inventory/holds` is put behind, `http` or `https`.
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
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        endpoint = base + "/v1/inventory/holds"
    }
}
