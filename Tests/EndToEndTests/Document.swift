/// The JSON document of a run, as a program on the other side would declare it.
struct Document: Decodable, Sendable {
    struct Finding: Decodable, Sendable {
        let cause: String
        let event: String?
        let category: String?
        let hold: String?
        let seats: Int
        let detail: String?
        let outcome: String
    }

    struct CauseTotal: Decodable, Sendable, Equatable {
        let count: Int
        let seats: Int
    }

    struct Totals: Decodable, Sendable {
        let byCause: [String: CauseTotal]
        let oversoldSeats: Int
        let unchanged: Int
        let applied: Int
        let moved: Int
        let deferred: Int
        let refused: Int
    }

    struct Snapshot: Decodable, Sendable {
        let firstAt: String?
        let lastAt: String?
        let lsn: String?
    }

    struct Scanned: Decodable, Sendable {
        let events: Int
        let categories: Int
        let orders: Int
        let holds: Int
        let indexMembers: Int
    }

    let command: String
    let exitStatus: Int32
    let error: String?
    let startedAt: String
    let finishedAt: String
    let executed: Bool
    let snapshot: Snapshot
    let scanned: Scanned
    let findings: [Finding]
    let totals: Totals

    /// The causes found, each once, in order of name.
    var causes: [String] {
        totals.byCause.keys.sorted()
    }

    /// Findings that are about what a repair changes, not notes for people.
    var drift: [Finding] {
        findings.filter { $0.outcome != "noted" }
    }
}
