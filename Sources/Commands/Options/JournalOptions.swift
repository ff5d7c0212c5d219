import ArgumentParser
import ChangeFiles
import Foundation
import LocalFiles

/// Where a run keeps what it changes, for `undo`.
struct JournalOptions: ParsableArguments {
    @Option(
        help: """
            Keep each change in this new file, before it is made, so that undo can take it back; or in a folder that is there, \
            which gets a file for each run.
            """)
    var journal: String?

    @Option(help: "Journals that a folder keeps; the oldest go.")
    var journalKeep: Int = 100

    func validate() throws {
        guard (1...1_000_000).contains(journalKeep) else { throw ValidationError("--journal-keep is 1 to 1000000") }
    }

    /// Returns the place; `nil` where no journal is asked for.
    ///
    /// - Parameter manyRuns: whether one place serves many runs, so that it must be a folder.
    /// - Throws: `ValidationError` where it cannot be used: a run must not change what its journal will not show.
    func place(manyRuns: Bool = false) throws -> JournalWriter.Place? {
        guard let journal else { return nil }
        if journal.isEmpty { throw ValidationError("--journal is empty: name a file or a folder") }
        let isFolder = FileKind.isFolder(at: journal)
        func refused(_ reason: String) -> ValidationError {
            ValidationError("the journal \(shown(journal)) cannot be written: \(reason)")
        }
        if isFolder == true {
            guard FileManager.default.isWritableFile(atPath: journal) else {
                throw refused("nothing may be made in this folder")
            }
            return .folder(journal, keeping: journalKeep)
        }
        if isFolder == false {
            throw refused(
                "it is there already, and nothing is written over it; name another file, or a folder for more runs than one"
            )
        }
        if manyRuns { throw refused("each run makes one, so it must be a folder that is there") }
        let parent = URL(fileURLWithPath: journal).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: parent) else {
            throw refused("nothing can be made in its folder")
        }
        return .file(journal)
    }
}
