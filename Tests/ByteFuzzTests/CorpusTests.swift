import Foundation
import Testing

/// Inputs that fuzzing has kept, each read once more: what found a fault, and what reaches most of each reader.
@Suite("kept inputs") struct CorpusTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("ByteFuzz/Corpus")

    @Test("are read as they must be", arguments: ByteTarget.allCases)
    func areRead(_ target: ByteTarget) throws {
        let folder = Self.folder.appendingPathComponent(target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        try #require(!files.isEmpty)
        for file in files {
            #expect(throws: Never.self, "\(file.lastPathComponent)") {
                try target.run(Array(try Data(contentsOf: file)))
            }
        }
    }
}
