import Foundation
import LocalFiles
import TestServers
import Testing

@Suite("A file that is read")
struct InputFileTests {
    private func refusal(of path: String, atMost limit: Int = 100) -> String? {
        do {
            _ = try InputFile(at: path, atMost: limit)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("is read whole, up to its limit, and no further")
    func isBounded() async throws {
        try await withTemporaryFolder("input") { folder in
            let path = "\(folder)/file"
            try Data(repeating: 7, count: 100).write(to: URL(fileURLWithPath: path))
            #expect(try InputFile(at: path, atMost: 100).bytes == Array(repeating: 7, count: 100))
            #expect(refusal(of: path, atMost: 99)?.contains("more than 99 bytes") == true)
        }
    }

    @Test("may be of the kernel's making, which tells no size")
    func mayHaveNoSize() throws {
        #expect(try !InputFile(at: "/proc/self/stat", atMost: 4096).bytes.isEmpty)
    }

    @Test("whose bytes come as others make them is refused in words, and not waited for")
    func mustNotWait() {
        // The kernel's log is a regular file by its type; only root may open it.
        let words = geteuid() == 0 ? ["waits for more to come", "more than 100 bytes"] : ["ermission", "ermitted"]
        let refusal = refusal(of: "/proc/kmsg") ?? ""
        #expect(words.contains { refusal.contains($0) }, "\(refusal)")
        #expect(geteuid() != 0 || isRefused(at: "/proc/kmsg"))
    }

    private func isRefused(at path: String) -> Bool {
        do {
            try InputFile.expectUsable(at: path, atMost: 4 << 20)
            return false
        } catch {
            return true
        }
    }

    @Test("may be a link, as a mounted secret is")
    func mayBeALink() async throws {
        try await withTemporaryFolder("input") { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/..2026", withIntermediateDirectories: false)
            try Data("secret".utf8).write(to: URL(fileURLWithPath: "\(folder)/..2026/token"))
            for (link, target) in [("..data", "..2026"), ("token", "..data/token")] {
                try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(link)", withDestinationPath: target)
            }
            #expect(try InputFile(at: "\(folder)/token", atMost: 100).bytes == Array("secret".utf8))
        }
    }

    @Test("that is something else is refused at once, and never waited for")
    func mustBeRegular() async throws {
        try await withTemporaryFolder("input") { folder in
            let fifo = "\(folder)/fifo"
            try makeFIFO(at: fifo)
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "fifo")
            #expect(refusal(of: fifo)?.contains("a FIFO") == true)
            #expect(refusal(of: "\(folder)/link")?.contains("a FIFO") == true)
            #expect(refusal(of: folder)?.contains("a folder") == true)
            #expect(refusal(of: "/dev/zero")?.contains("a device") == true)
            #expect(refusal(of: "\(folder)/none")?.contains("No such file") == true)
            for path in [fifo, "/dev/zero"] {
                #expect(throws: UnusableFile.self) { try InputFile.expectUsable(at: path, atMost: 100) }
            }
            try InputFile.expectUsable(at: "\(folder)/none", atMost: 100)
        }
    }

    @Test(
        "tells that everybody may read or write it",
        arguments: [(0o600, nil), (0o640, nil), (0o644, "read"), (0o666, "written")])
    func tellsExposure(_ mode: Int, _ words: String?) async throws {
        try await withTemporaryFolder("input") { folder in
            let path = "\(folder)/file"
            try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            let exposure = try InputFile(at: path, atMost: 100).exposure
            if let words { #expect(exposure?.contains(words) == true) } else { #expect(exposure == nil) }
        }
    }
}
