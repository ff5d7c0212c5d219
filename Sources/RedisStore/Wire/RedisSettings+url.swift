import ConnectionStrings
import FoundationEssentials

extension RedisSettings {
    /// The error of a Redis URL that cannot be used. It never repeats the URL, which may contain a password.
    package struct UnreadableURL: Error, CustomStringConvertible {
        package let reason: String

        package var description: String {
            "the Redis URL cannot be used: \(reason); \(ForeignForm.redisForms)"
        }
    }

    /// Reads `redis://`, `rediss://` and `unix://` URLs (design section 7).
    ///
    /// - Throws: ``UnreadableURL``.
    package init(url: String) throws(UnreadableURL) {
        if let form = ForeignForm(ofRedis: url) { throw UnreadableURL(reason: form.words) }
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased() else {
            throw UnreadableURL(reason: "it is no URL; are the password's special characters percent-encoded?")
        }
        // It may be the end of a password that was not percent-encoded, or a setting that would be ignored.
        guard parts.fragment == nil else {
            throw UnreadableURL(reason: "it has a '#'; in a password that is %23")
        }
        let isSocket = scheme == "unix" || scheme == "redis+unix"
        let database = parts.queryItems?.first { $0.name == "db" }?.value
        guard parts.query == nil || isSocket && database != nil && parts.queryItems?.count == 1 else {
            throw UnreadableURL(
                reason: "it has a '?' with something else than a socket's db; in a password that is %3F")
        }
        switch scheme {
        case "redis", "rediss":
            guard let host = parts.host, !host.isEmpty else { throw UnreadableURL(reason: "it names no host") }
            let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
            guard PlainWords.isHost(bare), !bare.hasPrefix("/") else { throw UnreadableURL(reason: "its host is none") }
            let port = parts.port ?? 6379
            guard (1...65_535).contains(port) else { throw UnreadableURL(reason: "its port is none") }
            self.init(endpoint: .tcp(host: bare, port: port), tls: scheme == "rediss" ? TLS() : nil)
            self.database = try Self.database(String(parts.path.drop { $0 == "/" }))
        case "unix", "redis+unix":
            guard parts.host?.isEmpty ?? true else {
                throw UnreadableURL(reason: "a socket's path begins with a third '/'")
            }
            guard !parts.path.isEmpty else { throw UnreadableURL(reason: "it names no socket") }
            guard PlainWords.isPath(parts.path) else { throw UnreadableURL(reason: "its path has ';' or '='") }
            self.init(endpoint: .unixSocket(path: parts.path))
            self.database = try Self.database(database ?? "")
        default:
            throw UnreadableURL(reason: "its scheme is neither redis, rediss nor unix")
        }
        username = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password.flatMap { $0.isEmpty ? nil : $0 }
        guard username.map(PlainWords.isUser) ?? true else {
            throw UnreadableURL(reason: "its user has ';', '=' or ':', as the rest of another form has")
        }
    }

    private static func database(_ text: String) throws(UnreadableURL) -> Int {
        if text.isEmpty { return 0 }
        guard let number = Int(text), number >= 0 else { throw UnreadableURL(reason: "its database is no number") }
        return number
    }
}
