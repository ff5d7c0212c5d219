import FoundationEssentials

/// Decides whether a redirect is followed. Events and their key go only to the host that the connection string names.
/// So a redirect is followed only where it keeps method and body (307, 308) and leads to `https` on the same host.
enum Redirect: Sendable, Equatable {
    /// How many redirects of one request are followed.
    static let most = 3

    case none
    case to(String)
    /// A redirect that is not followed.
    case refused

    /// - Parameters:
    ///   - location: the header `Location`.
    ///   - url: the address of the request that was answered.
    init(status: Int, location: String?, of url: String) {
        guard (300..<400).contains(status), status != 304 else {
            self = .none
            return
        }
        guard [307, 308].contains(status), let location, let base = URL(string: url),
            let target = URL(string: location, relativeTo: base)?.absoluteURL, target.scheme?.lowercased() == "https",
            target.user == nil, let host = target.host?.lowercased(), host == base.host?.lowercased()
        else {
            self = .refused
            return
        }
        self = .to(target.absoluteString)
    }
}
