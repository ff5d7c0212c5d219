package import ConnectionStrings
import FoundationEssentials

extension Printed {
    /// How many bytes one text of a document may have: ids have fewer.
    package static let longestText = 131_072
    /// How many bytes one text in a line of the log may have.
    package static let longestField = 8192

    /// Encodes a value as one JSON document, its names sorted.
    ///
    /// - Parameters:
    ///   - isPretty: whether each value has a line of its own; else the document is one line.
    ///   - limit: how many bytes each text may have.
    ///   - secrets: what its texts may not contain: all secrets of the process, but for those of the reader itself.
    package init(
        json value: some Encodable, isPretty: Bool, atMost limit: Int = longestText,
        without secrets: Secrets = SecretsInUse.ofProcess.all
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            isPretty ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        let json = Array(try encoder.encode(value))
        self.init(ready: JSONPrinter(secrets: secrets, limit: limit).printed(json))
    }
}
