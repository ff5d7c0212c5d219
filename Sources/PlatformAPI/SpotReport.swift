package import HoldModel

/// The result of a spot check, to be printed as text for people or as one JSON document.
package struct SpotReport: Sendable {
    package let api: String
    package let asked: SeatRequest
    package let traceID: String
    /// What was compared, and what became of the hold.
    package private(set) var lines: [SpotLine] = []
    /// Tokens of the holds that were placed; none where the API placed none.
    package private(set) var placed: Set<HoldToken> = []
    /// Tokens of the placed holds that were given back, or ended by themselves.
    package private(set) var givenBack: Set<HoldToken> = []
    /// What kept the check from its end, one line each.
    package private(set) var errors: [String] = []
    /// Why the check was given up early.
    package var stoppedBecause: String?
    /// How the program ends; set once it is known.
    package var exitStatus: Int32 = 0

    package init(api: String, asked: SeatRequest, traceID: String) {
        self.api = api
        self.asked = asked
        self.traceID = traceID
    }

    package mutating func add(_ lines: [SpotLine]) {
        self.lines += lines
    }

    /// Adds an error once: one lost server makes many operations fail.
    package mutating func fail(_ error: String) {
        if !errors.contains(error) { errors.append(error) }
    }

    package mutating func notePlaced(_ token: HoldToken) {
        placed.insert(token)
    }

    package mutating func noteGivenBack(_ token: HoldToken) {
        placed.insert(token)
        givenBack.insert(token)
    }

    package var differs: Bool {
        lines.contains { $0.result == .differs }
    }

    /// Whether anything was compared at all: no comparison must not pass for agreement.
    package var isConclusive: Bool {
        lines.contains { $0.result != .note }
    }
}
