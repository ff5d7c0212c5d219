import ConnectionStrings
import Foundation
import HoldModel
import LocalFiles

/// Files that libpq opens by itself, as its keywords or variables name them, or where it looks for them. It waits for a FIFO beyond every time-out
/// and reads a device without an end, so what is no regular file of a sane size is refused before libpq sees it. Of password
/// files and keys it looks at the type by itself.
enum PostgresFiles {
    /// Several times what all the world's authorities need.
    private static let greatestSize: Int64 = 4 << 20

    /// By keyword; the variable counts where the keyword is missing.
    private static let variables = [
        "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslcrl": "PGSSLCRL",
        "servicefile": "PGSERVICEFILE",
    ]

    /// Where libpq looks by itself, in the folder `.postgresql` of the user's, unless one of these keywords says where.
    private static let defaults = [
        "root.crt": ["sslrootcert"], "postgresql.crt": ["sslcert"], "root.crl": ["sslcrl", "sslcrldir"],
    ]

    /// - Throws: ``PostgresError/cannotConnect(target:reason:)`` with the file and what is wrong with it.
    static func expectUsable(
        _ address: PostgresAddress, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(PostgresError) {
        for (keyword, variable) in variables {
            // An empty value means the default to libpq, `system` no file, and the file of nothing is how people say none.
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

    /// The files that nobody names and that libpq opens for this address where they are there.
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
