import Foundation

/// The programs of the newest PostgreSQL on this machine, run as a user that PostgreSQL accepts: it refuses root.
struct PostgresTools: Sendable {
    let initdb: Tool
    let server: Tool
    let baseBackup: Tool
    let isReady: Tool
    let psql: Tool

    private let isRoot: Bool
    /// What starts a program as the user that PostgreSQL accepts.
    private let starter: [String]

    init() throws {
        let folders = try PostgresTools.folders()
        isRoot = geteuid() == 0
        starter = try isRoot ? PostgresTools.asPostgres() : []
        let starter = starter
        func tool(_ name: String) throws -> Tool {
            try Tool(name, in: folders, installedBy: "postgresql")
        }
        initdb = try tool("initdb").started(by: starter)
        baseBackup = try tool("pg_basebackup").started(by: starter)
        // One `setpriv` does both, so its name is not said twice.
        server = try tool("postgres").started(by: StopSignal.interrupt.alsoWithoutParent() + starter.dropFirst())
        isReady = try tool("pg_isready")
        psql = try tool("psql")
    }

    /// Another server, run as the same user.
    func asServer(_ name: String, installedBy package: String, endedBy signal: StopSignal) throws -> Tool {
        // One `setpriv` does both, so its name is not said twice.
        try Tool(name, installedBy: package).started(by: signal.alsoWithoutParent() + starter.dropFirst())
    }

    /// Hands a folder or a file to the user that the server runs as.
    func give(_ folder: String) throws {
        guard isRoot else { return }
        try FileManager.default.setAttributes(
            [.ownerAccountName: "postgres", .groupOwnerAccountName: "postgres"], ofItemAtPath: folder)
    }

    private static func asPostgres() throws -> [String] {
        try Tool("setpriv", installedBy: "util-linux").words
            + ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
    }

    /// Where Debian keeps each version's programs, newest version first.
    private static func folders() throws -> [String] {
        let root = "/usr/lib/postgresql"
        guard FileManager.default.fileExists(atPath: root) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: root)
            .sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
            .map { "\(root)/\($0)/bin" }
    }
}
