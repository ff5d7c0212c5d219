import ConnectionStrings
import Foundation
import LocalFiles

/// Files that libpq opens by itself, as its keywords or variables name them. It waits for a FIFO beyond every time-out
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

    /// - Throws: ``PostgresError/cannotConnect(target:reason:)`` with the file and what is wrong with it.
    static func expectUsable(
        _ address: PostgresAddress, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(PostgresError) {
        for (keyword, variable) in variables {
            // An empty value means the default to libpq, `system` no file, and the file of nothing is how people say none.
            guard let path = address[keyword] ?? environment[variable], !["", "system", "/dev/null"].contains(path)
            else { continue }
            do {
                try InputFile.expectUsable(at: path, atMost: greatestSize)
            } catch {
                throw .cannotConnect(
                    target: address.target,
                    reason: "the file of \(address[keyword] == nil ? variable : keyword) is not used: \(error)")
            }
        }
    }
}
