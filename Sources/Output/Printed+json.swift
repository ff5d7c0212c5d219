package import ConnectionStrings
import FoundationEssentials

extension Printed {
    /// Bytes of one text of a document: ids have fewer.
    package static let longestText = 131_072
    /// Bytes of one text of a log's line.
    package static let longestField = 8192

    /// A value as one JSON document, its names in order.
    ///
    /// - Parameters:
    ///   - isPretty: with a line for each value; else the document is one line.
    ///   - limit: bytes of each text.
    ///   - secrets: what its texts may not carry: all that the process uses, but for those that are its reader's own.
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
