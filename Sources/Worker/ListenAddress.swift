import HoldModel

/// The address at which the worker listens: `host:port`, `[IPv6]:port`, or the path of a Unix socket.
package enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    case tcp(host: String, port: Int)
    case unixSocket(path: String)

    /// - Returns: `nil` where the text is neither.
    package init?(_ text: String) {
        let path = text.hasPrefix("unix:") ? String(text.dropFirst("unix:".count)) : text
        if path.hasPrefix("/") {
            // The name of a socket cannot be longer.
            guard path.utf8.count <= 107 else { return nil }
            self = .unixSocket(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, !host.contains("/"), !host.contains(where: \.isWhitespace) else { return nil }
        self = .tcp(host: String(host), port: port)
    }

    package var description: String {
        switch self {
        case .tcp(let host, let port):
            "\(host.contains(":") ? "[\(host)]" : printable(Array(host.utf8))):\(port)"
        case .unixSocket(let path): printable(Array(path.utf8))
        }
    }
}
