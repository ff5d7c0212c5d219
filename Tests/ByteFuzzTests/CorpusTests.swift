import Foundation
import Testing

/// Inputs that fuzzing has kept, in base64, one a line, each read once more: what found a fault, and what reaches most of each reader.
@Suite("kept inputs") struct CorpusTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("ByteFuzz/Corpus")

    @Test("are read as they must be", arguments: ByteTarget.allCases)
    func areRead(_ target: ByteTarget) throws {
        let text = try String(contentsOf: Self.folder.appendingPathComponent(target.rawValue), encoding: .utf8)
        // An empty line is the empty input.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        try #require(!lines.isEmpty)
        for line in lines {
            let input = try #require(Data(base64Encoded: String(line)), "\(line)")
            #expect(throws: Never.self, "\(line)") { try target.run(Array(input)) }
        }
    }
}
