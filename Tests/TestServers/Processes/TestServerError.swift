/// What keeps a throw-away server, or a tool that talks to it, from doing its work.
package enum TestServerError: Error, CustomStringConvertible {
    /// A program is not on this machine. Tests fail then, they are never skipped: a skipped test proves nothing.
    case missingTool(name: String, installedBy: String)
    /// The server's process ended before it answered; its log says why.
    case endedAtStart(server: String, log: String)
    /// The server lives but did not answer in time.
    case notReady(server: String, after: Duration, log: String)
    /// A tool ended with a status other than 0.
    case toolFailed(tool: String, status: String, message: String)
    /// The operating system gave no free port.
    case noFreePort(errno: Int32)
    /// The server cannot be had as the options ask for it.
    case options(String)
    /// A server's folder could not be removed; `cause` is what the body threw before, if it did.
    case folderLeft(path: String, reason: String, cause: (any Error)?)

    package var description: String {
        switch self {
        case .missingTool(let name, let package):
            "\(name) is not installed; on Debian: apt-get install \(package)"
        case .endedAtStart(let server, let log):
            "\(server) ended before it was ready: \(log)"
        case .notReady(let server, let after, let log):
            "\(server) was not ready after \(after): \(log)"
        case .toolFailed(let tool, let status, let message):
            "\(tool) \(status): \(message)"
        case .noFreePort(let errno):
            "no free loopback port: errno \(errno)"
        case .options(let reason):
            reason
        case .folderLeft(let path, let reason, let cause):
            "\(path) could not be removed: \(reason)" + (cause.map { "; before that: \($0)" } ?? "")
        }
    }

    /// Another process took the port between looking for a free one and the server's own bind.
    var isPortTaken: Bool {
        guard case .endedAtStart(_, let log) = self else { return false }
        return log.contains("Address already in use")
    }
}
