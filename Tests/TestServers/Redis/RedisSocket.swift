import Foundation

/// A connection to a Redis over its Unix socket, for one command of a test: what `redis-cli` does, without a process for each.
/// Its calls block their thread.
final class RedisSocket {
    struct Lost: Error {
        let reason: String
    }

    private let descriptor: Int32
    private var received: [UInt8] = []
    private var taken = 0

    /// How long a server may be silent, in seconds.
    private static let patience = 120

    init(_ path: String) throws {
        #if canImport(Glibc)
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
            unsafe place.copyBytes(from: path.utf8.prefix(place.count - 1))
        }
        let status = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw Lost(reason: "nobody answers at \(path), errno \(errno)") }
    }

    deinit { close(descriptor) }

    func send(_ words: [String]) throws {
        var bytes = Array("*\(words.count)\r\n".utf8)
        for word in words { bytes += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[sent...])
                return unsafe Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Lost(reason: "it takes nothing, errno \(errno)") }
            sent += count
        }
    }

    /// The next reply, as `redis-cli` prints it to a file: the elements of an array one a line, nothing for what is missing.
    func reply() throws -> RedisAnswer {
        let line = try line()
        let rest = String(decoding: line.dropFirst(), as: UTF8.self)
        switch line.first {
        case UInt8(ascii: "+"), UInt8(ascii: ":"): return RedisAnswer(text: rest)
        case UInt8(ascii: "-"): return RedisAnswer(text: rest, isError: true)
        case UInt8(ascii: "$"):
            guard let count = Int(rest), count >= 0 else { return RedisAnswer(text: "") }
            return RedisAnswer(text: String(decoding: try take(count + 2).dropLast(2), as: UTF8.self))
        case UInt8(ascii: "*"):
            let elements = try (0..<max(Int(rest) ?? 0, 0)).map { _ in try reply() }
            return RedisAnswer(
                text: elements.map(\.text).joined(separator: "\n"), isError: elements.contains(where: \.isError))
        default: throw Lost(reason: "it does not speak RESP2")
        }
    }

    private func line() throws -> [UInt8] {
        var end = taken
        while true {
            if let found = received[end...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { taken = found + 1 }
                return Array(received[taken..<found].dropLast())
            }
            end = received.count
            try fill()
        }
    }

    private func take(_ count: Int) throws -> ArraySlice<UInt8> {
        while received.count - taken < count { try fill() }
        defer { taken += count }
        return received[taken..<taken + count]
    }

    private func fill() throws {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { throw Lost(reason: count == 0 ? "it closed the connection" : "errno \(errno)") }
        received += bytes[..<count]
    }
}

/// A reply, in text.
struct RedisAnswer: Sendable {
    let text: String
    var isError = false
}
