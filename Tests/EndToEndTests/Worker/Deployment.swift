import Foundation
import TestPlatform
import TestServers

/// The files of `ops/deploy`, used as an operator uses them.
enum Deployment {
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
    }

    /// Which of the two files of Redis users.
    enum RedisUsers: String, CaseIterable {
        case redis7 = "7"
        case redis6 = "6"

        /// The lines of an ACL file.
        func render(prefix: String) async throws -> String {
            let folder = Deployment.repository.appendingPathComponent("ops/deploy/redis").path
            return try await Tool("render", in: [folder], installedBy: "this repository").run(
                [rawValue, prefix],
                environment: ["HOLD_CHECK_PASSWORD": Guest.password, "HOLD_REPAIR_PASSWORD": Guest.password])
        }
    }
}

/// Runs `body` on a platform whose Redis has the users of `ops/deploy` and whose SQL has the role.
func withGuests<T: Sendable>(
    _ users: Deployment.RedisUsers, keyPrefix: String = "eventix:test:",
    _ body: (_ platform: Platform, _ check: Guest, _ repair: Guest) async throws -> T
) async throws -> T {
    try await withTemporaryFolder("acl") { folder in
        let file = "\(folder)/users.acl"
        try Data((try await users.render(prefix: keyPrefix) + "\n").utf8).write(to: URL(fileURLWithPath: file))
        let options = RedisServerOptions(arguments: ["--aclfile", file])
        return try await withPlatform(redis: options, keyPrefix: keyPrefix) { platform, program in
            let role = platform.connectionString(of: try await platform.addReadingRole())
            if users == .redis6 {
                // Who may not ask for the version is served as on Redis 6, without EVALSHA_RO and RESTORE.
                for user in ["hold-check", "hold-repair"] {
                    try await platform.redis.command("ACL", "SETUSER", user, "-info")
                }
            }
            return try await body(
                platform, Guest(program: program, user: "hold-check", role: role),
                Guest(program: program, user: "hold-repair", role: role))
        }
    }
}

extension Platform {
    /// Makes the role of `ops/deploy/postgres/role.sql`.
    func addReadingRole() async throws -> String {
        let role = "reader_\(redis.pid)"
        try await sql("\\set role \(role)\n" + Deployment.text("ops/deploy/postgres/role.sql"))
        return role
    }

    func connectionString(of role: String) -> String {
        postgres.connectionString(database: database, user: role)
    }
}
