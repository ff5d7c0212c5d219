import Foundation
import Synchronization

/// The data of a new PostgreSQL, made once in this process and copied for each suite: a copy takes a tenth of the time of
/// `initdb`.
enum PostgresTemplate {
    private static let making = Mutex<Task<String, any Error>?>(nil)

    /// Copies the data to a new folder.
    ///
    /// - Parameter data: does not exist yet.
    static func copy(to data: String, _ tools: PostgresTools) async throws {
        let template = try await folder(tools)
        _ = try await Tool("cp", installedBy: "coreutils").run(["--archive", "\(template)/data", data])
    }

    /// Where the data is. The first call makes it; it goes when the process exits.
    private static func folder(_ tools: PostgresTools) async throws -> String {
        let task = making.withLock { making in
            let task = making ?? Task { try await make(tools) }
            making = task
            return task
        }
        return try await task.value
    }

    private static func make(_ tools: PostgresTools) async throws -> String {
        let folder = path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        atexit { try? FileManager.default.removeItem(atPath: PostgresTemplate.path) }
        try tools.give(folder)
        try await tools.initdb.run(PostgresServerOptions().initdbWords(data: "\(folder)/data", passwordFile: nil))
        return folder
    }

    private static let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("template-\(UUID().uuidString.prefix(13).lowercased())").path
}
