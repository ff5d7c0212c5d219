/// The JSON document of a run, as a program on the other side would declare it.
package struct Document: Decodable, Sendable {
    package struct Finding: Decodable, Sendable {
        package let cause: String
        package let event: String?
        package let category: String?
        package let hold: String?
        package let seats: Int
        package let detail: String?
        package let outcome: String
    }

    package struct CauseTotal: Decodable, Sendable, Equatable {
        package let count: Int
        package let seats: Int

        package init(count: Int, seats: Int) {
            self.count = count
            self.seats = seats
        }
    }

    package struct Totals: Decodable, Sendable {
        package let byCause: [String: CauseTotal]
        package let oversoldSeats: Int
        package let unchanged: Int
        package let differing: Int
        package let applied: Int
        package let moved: Int
        package let deferred: Int
        package let refused: Int
        package let unknown: Int
        package let verified: Int
    }

    package struct Snapshot: Decodable, Sendable {
        package let firstAt: String?
        package let lastAt: String?
        package let lsn: String?
        package let isStandby: Bool
        package let standbySecondsBehind: Double?
    }

    package struct Scanned: Decodable, Sendable {
        package let events: Int
        package let categories: Int
        package let orders: Int
        package let holds: Int
        package let indexMembers: Int
    }

    /// What the drift has cost, in all, by cause and by event.
    package struct Bill: Decodable, Sendable {
        package struct Worth: Decodable, Sendable, Equatable {
            package let currency: String?
            package let leaked: String
            package let atRisk: String

            package init(_ currency: String?, leaked: String = "0", atRisk: String = "0") {
                self.currency = currency
                self.leaked = leaked
                self.atRisk = atRisk
            }
        }

        package struct Sums: Decodable, Sendable {
            package let leakedSeats: Int
            package let atRiskSeats: Int
            package let events: Int
            package let oldestSince: String?
            package let oldestSeconds: Int?
            package let unknownAges: Int
            package let worth: [Worth]
            package let seatsWithoutPrice: Int
        }

        package struct Event: Decodable, Sendable {
            package let event: String
            package let causes: [String]
            package let sums: Sums
        }

        package let total: Sums
        package let byCause: [String: Sums]
        package let byEvent: [Event]
        package let eventsOmitted: Int
        package let withoutPrice: [String: Int]
        package let noPrices: String?
    }

    package let command: String
    package let exitStatus: Int32
    package let stoppedBecause: String?
    package let next: String?
    package let error: String?
    package let startedAt: String
    package let finishedAt: String
    package let executed: Bool
    package let shard: String?
    package let snapshot: Snapshot
    package let scanned: Scanned
    package let findings: [Finding]
    package let warnings: [String]
    package let totals: Totals
    package let bill: Bill?

    /// The causes found, each once, in order of name.
    package var causes: [String] {
        totals.byCause.keys.sorted()
    }

    /// Findings that are about what a repair changes, not notes for people.
    package var drift: [Finding] {
        findings.filter { $0.outcome != "noted" }
    }
}
