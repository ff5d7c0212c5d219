/// Where PostgreSQL is and how to log in, as keywords of libpq. The program reads it strictly before libpq sees it,
/// because libpq's error messages quote what they complain about.
package struct PostgresAddress: Sendable, Hashable {
    /// The keywords in their order; where one comes twice, the last counts.
    package let keywords: [PostgresKeyword]

    /// Reads libpq's keywords (`host=… user=…`) or a URI, with the parameters that libpq has and those of Prisma.
    ///
    /// - Throws: ``UnusableConnectionString``; for a form of another program it says how to write it.
    package init(_ text: String) throws(UnusableConnectionString) {
        // A secret that comes from a file may end with a line feed.
        let text = Self.trimmed(text)
        let form = ForeignForm(ofPostgres: text)
        // What looks like ADO.NET's may be libpq's, with ';' in a password.
        if let form, form != .ado { throw .postgres(form.words) }
        let lower = text.lowercased()
        if let prefix = ["postgresql://", "postgres://"].first(where: { lower.hasPrefix($0) }) {
            keywords = try Self.keywords(ofURI: Array(text.utf8.dropFirst(prefix.utf8.count)))
        } else if ForeignForm.scheme(lower) != nil {
            throw .postgres("its scheme is neither postgresql nor postgres")
        } else {
            do {
                keywords = try Self.keywords(ofText: Array(text.utf8))
            } catch {
                throw form.map { .postgres($0.words) } ?? error
            }
        }
    }

    package subscript(name: String) -> String? {
        keywords.last { $0.name == name }?.value
    }

    /// The values that must never be shown.
    package var secrets: [String] {
        keywords.filter { ["password", "sslpassword"].contains($0.name) }.map(\.value)
    }

    /// Where this leads, for messages: host, port, database and role.
    package var target: String {
        let host = self["host"] ?? self["hostaddr"] ?? "(default host)"
        return "at \(host)" + (self["port"].map { ":" + $0 } ?? "") + (self["dbname"].map { ", database \($0)" } ?? "")
            + (self["user"].map { ", role \($0)" } ?? "")
    }

    static func trimmed(_ text: String) -> String {
        let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        let bytes = Array(text.utf8.drop(while: isBlank))
        return String(decoding: bytes[..<((bytes.lastIndex { !isBlank($0) } ?? -1) + 1)], as: UTF8.self)
    }
}

extension PostgresAddress {
    /// Checks a value that libpq takes from its environment where the string does not name it.
    ///
    /// - Parameters:
    ///   - value: the value of the variable.
    ///   - keyword: the keyword that it is for.
    /// - Returns: whether it may be used, and shown in messages.
    package static func isPlain(_ value: String, as keyword: String) -> Bool {
        (try? PostgresKeyword(keyword, value)) != nil
    }
}
