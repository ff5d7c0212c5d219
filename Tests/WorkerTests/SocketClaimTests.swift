import Foundation
import LocalFiles
import NIOCore
import NIOPosix
import TestServers
import Testing

@testable import Worker

@Suite("The path of a worker's socket")
struct SocketClaimTests {
    private func refusal(of path: String) async -> String? {
        do {
            try await SocketClaim(path: path).end()
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func listen(at path: String) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(unixDomainSocketPath: path).get()
    }

    @Test("is to be had where nothing is, and where a socket was left behind")
    func isToBeHad() async throws {
        try await withTemporaryFolder("claim") { folder in
            let path = "\(folder)/s"
            #expect(await refusal(of: path) == nil)
            let (channel, left) = (try await listen(at: path), "\(folder)/left")
            // Whoever closes removes its socket; whoever is killed leaves it, as this second name of it.
            try FileManager.default.linkItem(atPath: path, toPath: left)
            #expect(await refusal(of: left) == "another worker listens there")
            try await channel.close()
            #expect(FileManager.default.fileExists(atPath: left))
            #expect(await refusal(of: left) == nil)
        }
    }

    @Test("is left to whoever listens there")
    func isInUse() async throws {
        try await withTemporaryFolder("claim") { folder in
            let channel = try await listen(at: "\(folder)/s")
            #expect(await refusal(of: "\(folder)/s") == "another worker listens there")
            try await channel.close()
        }
    }

    @Test("is left to what is no socket")
    func isNoSocket() async throws {
        try await withTemporaryFolder("claim") { folder in
            try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(folder)/file"))
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "s")
            try await listen(at: "\(folder)/s").close()
            #expect(await refusal(of: "\(folder)/file")?.contains("a regular file") == true)
            #expect(await refusal(of: "\(folder)/link")?.contains("a symbolic link") == true)
            #expect(await refusal(of: folder)?.contains("a folder") == true)
            #expect(await refusal(of: "\(folder)/none/s")?.contains("cannot be opened") == true)
        }
    }

    @Test("goes to one after the other of two that start at once")
    func isClaimedByTurns() async throws {
        try await withTemporaryFolder("claim") { folder in
            let path = "\(folder)/s"
            let first = try await SocketClaim(path: path)
            let other = try SocketPlace(locking: path)
            #expect(other.map { _ in "taken" } == nil)
            async let second = refusal(of: path)
            // The second one has its turn only once the first one listens, and finds it listening.
            let channel = try await listen(at: path)
            first.end()
            #expect(await second == "another worker listens there")
            try await channel.close()
        }
    }
}
