import CLibPQ
import ConnectionStrings

extension ConnectionHandle {
    /// Returns libpq's last error message in one line.
    static func message(_ connection: OpaquePointer) -> String {
        guard let text = unsafe PQerrorMessage(connection) else { return "no message" }
        return unsafe String(cString: text).split(whereSeparator: \.isNewline)
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.joined(separator: "; ")
    }

    /// - Parameter encoding: the encoding of all texts, sent and received.
    /// - Returns: a connection that the caller finishes.
    static func open(
        _ address: PostgresAddress, _ settings: PostgresSettings, encoding: String
    ) throws(PostgresError) -> OpaquePointer {
        let target = address.target
        // Later keywords win: first defaults, then the connection string, then what the program relies on.
        let keywords: [(String, String)] =
            [
                ("connect_timeout", String(settings.connectTimeout)),
                ("fallback_application_name", "hold-reconciler"),
            ] + address.keywords.map { ($0.name, $0.value) } + [
                ("client_encoding", encoding),
                // The environment is ignored; the string itself can only ask for more.
                ("ssl_min_protocol_version", address["ssl_min_protocol_version"] ?? "TLSv1.2"),
            ]
        let opened: OpaquePointer?
        do {
            unsafe opened = try connect(keywords)
        } catch {
            throw .cannotConnect(target: target, reason: "no answer for \(error.patience / .seconds(1)) s")
        }
        guard let connection = unsafe opened else {
            throw .cannotConnect(target: target, reason: "out of memory")
        }
        unsafe noteSecrets(of: address, connection)
        guard unsafe PQstatus(connection) == CONNECTION_OK else {
            let reason = unsafe SecretsInUse.ofProcess.all.removed(from: message(connection))
            unsafe PQfinish(connection)
            throw .cannotConnect(target: target, reason: explained(reason))
        }
        return unsafe connection
    }

    /// Explains an error: a Unix socket whose queue is full refuses with words that seem to be about this machine's
    /// memory.
    private static func explained(_ reason: String) -> String {
        guard reason.contains("Resource temporarily unavailable"), reason.contains("socket \"") else { return reason }
        return reason + " (more clients wait at its socket than it takes: it is busy or stopped; try again)"
    }

    /// Registers the password, which may also come from the environment or from one of libpq's files.
    private static func noteSecrets(of address: PostgresAddress, _ connection: OpaquePointer) {
        let found = unsafe PQpass(connection).map { unsafe String(cString: $0) } ?? ""
        SecretsInUse.ofProcess.add((address.secrets + [found]).filter { !$0.isEmpty }.map { .credential($0) })
    }

    static func serverEncoding(of connection: OpaquePointer) -> String {
        unsafe PQparameterStatus(connection, "server_encoding").map { unsafe String(cString: $0) } ?? ""
    }

    private static func connect(_ keywords: [(String, String)]) throws(QuietConnecting.TimedOut) -> OpaquePointer? {
        var storage: [UInt8] = []
        var offsets: [(Int, Int)] = []
        for (name, value) in keywords {
            let start = storage.count
            storage.append(contentsOf: Array(name.utf8) + [0])
            offsets.append((start, storage.count))
            storage.append(contentsOf: Array(value.utf8) + [0])
        }
        let connecting = QuietConnecting(keywords)
        let opened = unsafe storage.withUnsafeBytes { storage in
            func text(_ offset: Int) -> UnsafePointer<CChar>? {
                unsafe storage.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self)
            }
            let names = unsafe offsets.map { unsafe text($0.0) } + [nil]
            let values = unsafe offsets.map { unsafe text($0.1) } + [nil]
            // The database's name must not be read as a string of further keywords.
            return unsafe Result { () throws(QuietConnecting.TimedOut) in
                unsafe try connecting.connected(names, values)
            }
        }
        return unsafe try opened.get()
    }
}
