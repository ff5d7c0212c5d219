import TestPlatform
import Testing

extension Scenario: CustomTestStringConvertible {
    var testDescription: String { name }

    static let all: [Scenario] = [
        Scenario(
            "a hold is taken beside a leak", [RaceHold("h1", Seats("c", 2))], faults: leak(3), actors: [[.acquire(0)]]),
        Scenario(
            "a hold comes and goes on a healthy event", [RaceHold("h1", Seats("c", 2))],
            actors: [[.acquire(0), .release(0)]]),
        Scenario(
            "a whole sale beside a leak", [RaceHold("h1", Seats("c", 2))], faults: leak(3),
            actors: [[.acquire(0), .claim(0), .order(0, expires: false), .commit(0), .confirm(0), .finalize(0)]]
        ) { $0.looks = 2 },
    ]
}
