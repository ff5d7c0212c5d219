import Foundation
import LocalFiles
import NIOCore
import NIOPosix

/// Claims the path of a Unix socket for this worker. A socket that answers is another worker's, and stays. One at which
/// nobody listens was left behind, and is replaced.
struct SocketClaim: Sendable {
    /// How long to wait for another worker that is starting at this moment.
    private static let patience = Duration.seconds(5)

    private let place: SocketPlace

    /// - Throws: ``UnusableFile`` where the path cannot be claimed.
    init(path: String) async throws {
        place = try await Self.place(path)
        do {
            guard try place.content() == .socket else { return }
            try await Self.expectSilence(path)
        } catch {
            place.unlock()
            throw error
        }
    }

    /// Ends the claim, so that others may ask for the path: the worker listens, or never will.
    func end() {
        place.unlock()
    }

    private static func place(_ path: String) async throws -> SocketPlace {
        let end = ContinuousClock.now + patience
        while true {
            if let place = try SocketPlace(locking: path) { return place }
            guard .now < end else {
                throw UnusableFile(description: "another program keeps its folder locked")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Tries to connect to the socket.
    ///
    /// - Throws: ``UnusableFile`` where somebody listens there, or may.
    private static func expectSilence(_ path: String) async throws {
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(5))
                .connect(unixDomainSocketPath: path).get()
            try await channel.close()
        } catch let error as IOError where error.errnoCode == ECONNREFUSED || error.errnoCode == ENOENT {
            return
        } catch {
            throw UnusableFile(description: "a socket is there, and whether anybody listens cannot be told: \(error)")
        }
        throw UnusableFile(description: "another worker listens there")
    }
}
