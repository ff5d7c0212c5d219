import FoundationEssentials

/// The address of Application Insights for events, from its connection string: `Key=Value` pairs with `;` between them.
package struct IngestionSettings: Sendable {
    private static let publicEndpoint = "https://dc.services.visualstudio.com"

    /// The key. Whoever knows it can write to the platform's telemetry, so it is shown nowhere.
    let instrumentationKey: String
    /// The address without a path, such as `https://westeurope-5.in.applicationinsights.azure.com`.
    package let endpoint: String

    /// The error of a connection string that cannot be used. It repeats none of its values.
    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Throws: ``Malformed``.
    package init(connectionString: String) throws(Malformed) {
        var values: [String: String] = [:]
        for pair in connectionString.split(separator: ";") {
            guard let equals = pair.firstIndex(of: "=") else { throw Malformed(description: "a part of it has no =") }
            let name = String(pair[..<equals]).lowercased()
            values[name.filter { $0 != " " }] = pair[pair.index(after: equals)...].drop { $0 == " " }.description
        }
        guard let key = values["instrumentationkey"], !key.isEmpty else {
            throw Malformed(description: "it has no InstrumentationKey")
        }
        guard key.utf8.count <= 64, key.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else {
            throw Malformed(description: "its InstrumentationKey is no such key")
        }
        instrumentationKey = key
        endpoint = try Self.endpoint(values)
    }

    private static func endpoint(_ values: [String: String]) throws(Malformed) -> String {
        var text = publicEndpoint
        if let given = values["ingestionendpoint"] {
            text = given
        } else if let suffix = values["endpointsuffix"] {
            text = "https://" + (values["location"].map { "\($0).dc." } ?? "dc.") + suffix
        }
        while text.last == "/" || text.last == " " { text.removeLast() }
        guard let address = URLComponents(string: text), ["http", "https"].contains(address.scheme?.lowercased()),
            address.host?.isEmpty == false, address.user == nil, address.query == nil, address.fragment == nil
        else { throw Malformed(description: "its IngestionEndpoint is no http or https address") }
        guard address.scheme?.lowercased() == "https" || address.host.map(isLoopback) ?? false else {
            throw Malformed(
                description:
                    "its IngestionEndpoint is plain http, over which anybody may read and change events: give https")
        }
        return text
    }

    /// Whether a host is this machine, so that nobody can read what is sent to it.
    private static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "::1", "[::1]"].contains(host.lowercased()) { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers.first == 127 && !numbers.contains(nil)
    }
}
