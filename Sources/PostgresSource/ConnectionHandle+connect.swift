import CLibPQ

extension ConnectionHandle {
    /// libpq's last words in one line.
    static func message(_ connection: OpaquePointer) -> String {
        guard let text = unsafe PQerrorMessage(connection) else { return "no message" }
        return unsafe String(cString: text).split(whereSeparator: \.isNewline)
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.joined(separator: "; ")
    }

    static func connect(_ keywords: [(String, String)]) -> OpaquePointer? {
        var storage: [UInt8] = []
        var offsets: [(Int, Int)] = []
        for (name, value) in keywords {
            let start = storage.count
            storage.append(contentsOf: Array(name.utf8) + [0])
            offsets.append((start, storage.count))
            storage.append(contentsOf: Array(value.utf8) + [0])
        }
        return unsafe storage.withUnsafeBytes { storage in
            func text(_ offset: Int) -> UnsafePointer<CChar>? {
                unsafe storage.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self)
            }
            let names = unsafe offsets.map { unsafe text($0.0) } + [nil]
            let values = unsafe offsets.map { unsafe text($0.1) } + [nil]
            return unsafe PQconnectdbParams(names, values, 1)
        }
    }

    /// Checks the string before libpq uses it, since its complaints may quote a password, and names where it leads.
    static func target(of connectionString: String) throws(PostgresError) -> String {
        var complaint: UnsafeMutablePointer<CChar>?
        let options = unsafe PQconninfoParse(connectionString, &complaint)
        defer {
            unsafe PQconninfoFree(options)
            unsafe PQfreemem(complaint)
        }
        guard let options = unsafe options else { throw .unreadableConnectionString }
        var named: [String: String] = [:]
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe named[String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe option += 1
        }
        guard !Self.mayShowPassword(named) else { throw .unreadableConnectionString }
        let host = named["host"] ?? named["hostaddr"] ?? "(default host)"
        return "at \(host)" + (named["port"].map { ":" + $0 } ?? "")
            + (named["dbname"].map { ", database \($0)" } ?? "") + (named["user"].map { ", role \($0)" } ?? "")
    }

    /// Whether part of a password may stand where place and name should: in a URI an `@` or `/` that is not
    /// percent-encoded moves everything behind it into host, port or database.
    private static func mayShowPassword(_ named: [String: String]) -> Bool {
        let shown = ["host", "hostaddr", "dbname"].compactMap { named[$0] }
        let port = named["port"] ?? ""
        return shown.contains { $0.contains("@") } || !port.allSatisfy { $0.isWholeNumber || $0 == "," }
    }
}
