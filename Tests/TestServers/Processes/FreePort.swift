#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ports of the loopback interface that nobody listens on.
package enum FreePort {
    /// Below those that Linux gives to clients, so that no connection takes one between this and the server's own bind.
    private static let range: ClosedRange<UInt16> = 12_000...32_000

    /// Binds a port by chance, and lets it go: another process may take it, so callers try again.
    package static func find() throws -> Int {
        for _ in 1...100 {
            let port = UInt16.random(in: range)
            if try canBind(port) { return Int(port) }
        }
        throw TestServerError.noFreePort(errno: errno)
    }

    private static func canBind(_ port: UInt16) throws -> Bool {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { throw TestServerError.noFreePort(errno: errno) }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) == 0
            }
        }
    }

    /// Calls `start` with a new port until the server is up, and again only where the port was taken meanwhile.
    ///
    /// `start` says with its argument `isUp` that the server answers: what is thrown after that is the caller's own.
    static func retryingWhenTaken<T: Sendable>(
        isWanted: Bool, _ start: (_ port: Int, _ isUp: inout Bool) async throws -> T
    ) async throws -> T {
        var attempts = 0
        while true {
            attempts += 1
            var isUp = false
            do {
                return try await start(isWanted ? FreePort.find() : 0, &isUp)
            } catch let error as TestServerError where isWanted && !isUp && error.isPortTaken && attempts < 5 {
                continue
            }
        }
    }
}
