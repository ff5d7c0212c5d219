import Foundation

/// Runs `body` with the path of a new, empty folder, and removes the folder with all that is in it afterwards.
///
/// The path is short, because a Unix socket's path has at most 107 bytes.
package func withTemporaryFolder<T: Sendable>(
    _ name: String, _ body: (_ path: String) async throws -> T
) async throws -> T {
    let unique = UUID().uuidString.prefix(13).lowercased()
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(name)-\(unique)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let result: Result<T, any Error>
    do {
        result = .success(try await body(path))
    } catch {
        result = .failure(error)
    }
    do {
        try FileManager.default.removeItem(atPath: path)
    } catch let removal {
        guard case .failure(let cause) = result else {
            throw TestServerError.folderLeft(path: path, reason: "\(removal)", cause: nil)
        }
        throw TestServerError.folderLeft(path: path, reason: "\(removal)", cause: cause)
    }
    return try result.get()
}

/// Runs `body` with the path of a file in `folder` that holds `text`, and removes the file afterwards.
func withTemporaryFile<T: Sendable>(
    of text: String, in folder: String, _ body: (_ path: String) async throws -> T
) async throws -> T {
    let path = "\(folder)/input-\(UUID().uuidString)"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let value = try await body(path)
    try FileManager.default.removeItem(atPath: path)
    return value
}
