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
            // A database's name is a name, and never a string of further keywords.
            return unsafe PQconnectdbParams(names, values, 0)
        }
    }
}
