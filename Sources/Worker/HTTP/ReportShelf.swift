import Reporting
import Synchronization

/// Keeps the answers that contain reports. Each is made once, when it is first asked for, and kept as long as its run
/// is: a report of a thousand findings takes a while to make, and everybody may ask for it.
final class ReportShelf: Sendable {
    /// The form of an answer: the report alone, or within the document about its run.
    enum Form: Hashable {
        case report
        case run
    }

    private struct Place: Hashable {
        let run: RunID
        let form: Form
    }

    private let answers = Mutex<[Place: Answer]>([:])

    /// - Parameter book: the runs that are kept.
    func answer(_ run: EndedRun, as form: Form, of book: RunBook) throws -> Answer {
        try answers.withLock { answers in
            let place = Place(run: run.id, form: form)
            if let made = answers[place] { return made }
            let made = try Self.answer(run, as: form)
            answers = answers.filter { book.ended($0.key.run) != nil }
            answers[place] = made
            return made
        }
    }

    private static func answer(_ run: EndedRun, as form: Form) throws -> Answer {
        switch form {
        case .report: .json(text: try run.report.json())
        case .run:
            .json(
                text: try RunStateDocument(
                    id: "\(run.id)", job: run.job.rawValue, origin: run.origin.rawValue, report: run.report
                ).json())
        }
    }
}
