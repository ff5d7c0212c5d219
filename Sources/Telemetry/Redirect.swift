import FoundationEssentials

/// Where an endpoint sends a request on to. Events and their key go to nobody but whom the connection string names: a redirect
/// is followed where it keeps method and body (307, 308), leads to https, and to the same host; every other one is not.
enum Redirect: Sendable, Equatable {
    /// How often one request is sent on.
    static let most = 3

    case none
    case to(String)
    /// It is one, and is not followed.
    case refused

    /// - Parameters:
    ///   - location: the header of that name.
    ///   - url: of the request that was answered.
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
