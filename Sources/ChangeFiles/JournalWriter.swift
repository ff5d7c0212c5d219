import Foundation
import HoldModel
import LocalFiles
import Synchronization

/// Writes the journal of a run: each entry is on disk before its change is sent.
///
/// The file is made with the first entry, so a run that changes nothing leaves none.
package final class JournalWriter: Sendable {
    static let format = "hold-reconciler journal"
    static let version: Int64 = 1

    /// Where a journal goes.
    package enum Place: Sendable, Hashable {
        /// A file that must not be there yet.
        case file(String)
        /// A folder that gets a file for each run; so many are kept.
        case folder(String, keeping: Int)
    }

    private struct State {
        var file: NewFile?
        var path: String?
        var checksum: UInt64 = 0
        var count: Int64 = 0
        /// Why it takes no more. Perhaps half a line was written, so nothing may follow it.
        var failure: UnusableFile?
    }

    private let place: Place
    private let origin: Origin
    private let state = Mutex(State())

    package init(at place: Place, _ origin: Origin) {
        (self.place, self.origin) = (place, origin)
    }

    /// Where the journal is; `nil` while there is none.
    package var path: String? { state.withLock { $0.path } }

    /// Records changes that are about to be made, and returns when they are on disk.
    ///
    /// - Returns: the number of the first entry; the others follow.
    /// - Throws: ``UnusableFile``; then nothing may be changed.
    package func record(_ entries: [JournalEntry]) throws -> Int64 {
        try state.withLock { state in
            let first = state.count
            try keep(&state, synchronized: true) { state in
                entries.flatMap { entry in
                    defer { state.count += 1 }
                    return Self.line(&state.checksum) { line in
                        line.number("entry", state.count)
                        line.name("change")
                        line.object { entry.write(&$0) }
                    }
                }
            }
            return first
        }
    }

    /// Notes what became of an entry. It need not be on disk at once.
    package func note(_ outcome: JournalOutcome, of entry: Int64) throws {
        try state.withLock { state in
            guard state.file != nil else { return }
            try keep(&state, synchronized: false) { state in
                Self.line(&state.checksum) { line in
                    line.number("entry", entry)
                    line.text("outcome", outcome.rawValue)
                }
            }
        }
    }

    /// Appends lines. After a failure it fails for good.
    private func keep(
        _ state: inout State, synchronized: Bool, _ lines: (inout State) -> [UInt8]
    ) throws(UnusableFile) {
        if let failure = state.failure { throw failure }
        do {
            let file = try opened(&state)
            try file.append(lines(&state))
            if synchronized { try file.synchronize() }
        } catch {
            let path =
                switch place {
                case .file(let path): path
                case .folder(let folder, _): state.path ?? folder
                }
            let failure = UnusableFile(
                description:
                    "the journal \(printable(Array(path.utf8))) takes no more: \(error). What it does not have was not "
                    + "changed: see to its folder and disk, and run again")
            state.failure = failure
            throw failure
        }
    }

    private func opened(_ state: inout State) throws -> NewFile {
        if let file = state.file { return file }
        let path: String
        switch place {
        case .file(let given): path = given
        case .folder(let folder, let count):
            let name = "\(Self.prefix)\(Self.digits(origin.madeAt.milliseconds))-\(UInt32.random(in: 0...UInt32.max))"
            path = "\(folder)/\(name)\(Self.suffix)"
            try Self.removeOldest(in: folder, keeping: count - 1)
        }
        let file = try NewFile(at: path)
        (state.file, state.path) = (file, path)
        try file.append(
            Self.line(&state.checksum) { line in
                line.text("format", Self.format)
                line.number("version", Self.version)
                origin.write(&line)
            })
        return file
    }

    private static let prefix = "hold-reconciler-"
    private static let suffix = ".journal"

    /// So that names sort by time.
    private static func digits(_ number: Int64) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(15 - text.count, 0)) + text
    }

    private static func removeOldest(in folder: String, keeping count: Int) throws(UnusableFile) {
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            let own = names.filter { name in
                name.hasPrefix(prefix) && name.hasSuffix(suffix) && FileKind.isFolder(at: "\(folder)/\(name)") == false
            }
            for name in own.sorted().dropLast(max(count, 0)) {
                do {
                    try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
                } catch CocoaError.fileNoSuchFile {
                    // Another run has removed it.
                }
            }
        } catch {
            throw UnusableFile(
                description: "its older files cannot be looked at or removed: \(error.localizedDescription)")
        }
    }

    /// Makes a line with the checksum of all that comes before it and of itself.
    static func line(_ checksum: inout UInt64, _ members: (inout JSONLine) -> Void) -> [UInt8] {
        var line = JSONLine()
        line.object { line in
            members(&line)
            line.name("checksum")
        }
        let content = Array(line.bytes.dropLast())
        checksum = CRC64.checksum(of: content.span, after: checksum)
        return content + Array("\"\(hexadecimal(checksum))\"}\n".utf8)
    }
}
