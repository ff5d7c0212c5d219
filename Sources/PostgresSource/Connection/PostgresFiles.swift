import ConnectionStrings
import Foundation
import HoldModel
import LocalFiles

/// Checks files that libpq opens by itself, because its keywords or variables name them, or by default. libpq waits for
/// a FIFO beyond every time-out, and reads a device without end. So a file that is not regular or too large is refused
/// before libpq sees it. Password files and keys libpq checks by itself.
enum PostgresFiles {
    /// The largest file, in bytes: several times what all public authorities need.
    private static let greatestSize: Int64 = 4 << 20

    /// The variable of each keyword, which counts where the keyword is missing.
    private static let variables = [
        "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslcrl": "PGSSLCRL",
        "servicefile": "PGSERVICEFILE",
    ]

    /// The files that libpq looks for in the user's folder `.postgresql`, unless one of these keywords names another.
    private static let defaults = [
        "root.crt": ["sslrootcert"], "postgresql.crt": ["sslcert"], "root.crl": ["sslcrl", "sslcrldir"],
    ]

    /// - Throws: ``PostgresError/cannotConnect(target:reason:)`` with the file and what is wrong with it.
    static func expectUsable(
        _ address: PostgresAddress, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(PostgresError) {
        for (keyword, variable) in variables {
            // For libpq an empty value means the default, and `system` no file; people use /dev/null to say none.
            guard let path = address[keyword] ?? environment[variable], !["", "system", "/dev/null"].contains(path)
            else { continue }
            try expectUsable(path, called: "of \(address[keyword] == nil ? variable : keyword)", address)
        }
        for path in defaultPaths(address, environment) {
            try expectUsable(path, called: printable(Array(path.utf8)), address)
        }
    }

    private static func expectUsable(
        _ path: String, called name: String, _ address: PostgresAddress
    ) throws(PostgresError) {
        do {
            try InputFile.expectUsable(at: path, atMost: greatestSize)
        } catch {
            throw .cannotConnect(target: address.target, reason: "the file \(name) is not used: \(error)")
        }
    }

    /// Returns the files that libpq opens for this address by default, where they exist.
    private static func defaultPaths(_ address: PostgresAddress, _ environment: [String: String]) -> [String] {
        func value(_ keyword: String, _ variable: String) -> String? {
            let value = address[keyword] ?? environment[variable]
            return value == "" ? nil : value
        }
        let home =
            environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? FileManager.default.homeDirectoryForCurrentUser.path
        var paths: [String] = []
        let namesService = value("service", "PGSERVICE") != nil
        if namesService {
            if value("servicefile", "PGSERVICEFILE") == nil { paths.append("\(home)/.pg_service.conf") }
            if let folder = environment["PGSYSCONFDIR"] { paths.append("\(folder)/pg_service.conf") }
        }
        let hosts = value("hostaddr", "PGHOSTADDR") ?? value("host", "PGHOST") ?? ""
        let isLocal = hosts.split(separator: ",").allSatisfy { $0.hasPrefix("/") || $0.hasPrefix("@") }
        // Over a Unix socket there is no TLS; a service may name any host.
        guard value("sslmode", "PGSSLMODE") != "disable", namesService || !isLocal else { return paths }
        for (name, keywords) in defaults
        where keywords.allSatisfy({ value($0, "PG" + $0.uppercased()) == nil }) {
            paths.append("\(home)/.postgresql/\(name)")
        }
        return paths
    }
}
