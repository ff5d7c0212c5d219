import Foundation

/// Runs `body` beside a Unix socket whose queue of clients is full, since nobody takes them.
package func withFullSocket<Value: Sendable>(
    at path: String, _ body: () async throws -> Value
) async throws -> Value {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let isShort = unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
        guard path.utf8.count < place.count else { return false }
        unsafe place.copyBytes(from: path.utf8)
        return true
    }
    guard isShort else { throw TestServerError.options("\(path) is too long for a socket") }
    #if canImport(Glibc)
        let kind = Int32(SOCK_STREAM.rawValue)
    #else
        let kind = SOCK_STREAM
    #endif
    var sockets = [socket(AF_UNIX, kind, 0)]
    defer { for socket in sockets { close(socket) } }
    func applied(_ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, to socket: Int32) -> Int32 {
        unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
    guard unsafe applied(bind, to: sockets[0]) == 0, listen(sockets[0], 0) == 0 else {
        throw TestServerError.options("nobody can listen at \(path)")
    }
    while true {
        let client = socket(AF_UNIX, kind, 0)
        sockets.append(client)
        _ = fcntl(client, F_SETFL, O_NONBLOCK)
        if unsafe applied(connect, to: client) != 0 { break }
    }
    return try await body()
}
