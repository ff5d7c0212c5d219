import Foundation
import Output
import TestServers
import Testing

@Suite("A file that lines are appended to")
struct AppendedFileTests {
    private func refusal(of path: String) -> String? {
        do {
            try AppendedFile(at: path).append(Printed(line: "line"))
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("is made for its owner and group alone, and grows")
    func isMade() async throws {
        try await withTemporaryFolder("log") { folder in
            let path = "\(folder)/log"
            for _ in 1...2 { try AppendedFile(at: path).append(Printed(line: "line")) }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "line\nline\n")
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(try #require(mode) & 0o137 == 0)
        }
    }

    @Test("that is something else is refused at once, and what a link leads to stays as it is")
    func mustBeRegular() async throws {
        try await withTemporaryFolder("log") { folder in
            let (fifo, target) = ("\(folder)/fifo", "\(folder)/target")
            try makeFIFO(at: fifo)
            try Data("other".utf8).write(to: URL(fileURLWithPath: target))
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: target)
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/nowhere", withDestinationPath: "\(folder)/new")
            try FileManager.default.linkItem(atPath: target, toPath: "\(folder)/second")
            #expect(refusal(of: fifo)?.contains("a FIFO") == true)
            #expect(refusal(of: "/dev/full")?.contains("a device") == true)
            #expect(refusal(of: folder)?.contains("a folder") == true)
            for link in ["link", "nowhere"] {
                #expect(refusal(of: "\(folder)/\(link)")?.contains("a symbolic link") == true)
            }
            #expect(refusal(of: "\(folder)/second")?.contains("2 names") == true)
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "other")
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/new"))
        }
    }
}
