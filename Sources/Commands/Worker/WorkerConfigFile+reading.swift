import ArgumentParser
import Foundation
import LocalFiles

extension WorkerConfigFile {
    /// The largest file, in bytes: more than all settings together need.
    private static let greatestSize = 1 << 20

    /// - Throws: `ValidationError` where the file cannot be read, or has a value that cannot be meant.
    init(path: String) throws {
        let file: InputFile
        do {
            file = try InputFile(at: path, atMost: Self.greatestSize)
        } catch {
            throw ValidationError("the file \(path) cannot be read: \(error)")
        }
        try self.init(Data(file.bytes), path: path, exposure: file.exposure)
    }
}
