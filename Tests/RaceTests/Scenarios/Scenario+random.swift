import TestPlatform
import TestRandom

extension Scenario {
    /// A scenario made by chance, larger than those whose every schedule can be run.
    ///
    /// What the platform itself makes wrong when time runs out (an expired order that is paid, a claimed hold that goes
    /// on after its grace) is left out: no reconciler can mend that.
    static func random(named name: String, _ random: inout SeededRandom) -> Scenario {
        let hasClock = Int.random(in: 0..<3, using: &random) == 0
        let categories = Bool.random(using: &random) ? ["c"] : ["c", "d"]
        var holds: [RaceHold] = []
        var history: [PlatformMove] = []
        var actors: [[PlatformMove]] = []
        var faults: [[String]] = []
        for position in 0..<Int.random(in: 2...4, using: &random) {
            let token = "h\(position + 1)"
            var hold = RaceHold(token, Seats(categories[0], Int.random(in: 1...3, using: &random)))
            if categories.count > 1 {
                let other = Seats(categories[1], Int.random(in: 1...3, using: &random))
                switch Int.random(in: 0..<3, using: &random) {
                case 0: hold = RaceHold(token, other)
                case 1: hold = RaceHold(token, hold.seats[0], other)
                default: break
                }
            }
            holds.append(hold)
            let story = story(position, hasClock: hasClock, &random)
            var past = Int.random(in: 0...(position == 0 ? 3 : 1), using: &random)
            // An order of flow B comes with its hold, not when the hold is over.
            if hasClock, story[1] == .order(position, expires: true) { past = max(past, 2) }
            history += story.prefix(past)
            if story.count > past { actors.append(Array(story.dropFirst(past))) }
            if past > 0 { faults += indexFault(of: token, &random) }
        }
        if hasClock { actors.append([.pass(601), .cleaner]) }
        if Int.random(in: 0..<8, using: &random) == 0 { actors.append([.takeLease]) }
        let named = Set(holds.flatMap { $0.seats.map(\.category) })
        for category in named.sorted() where Int.random(in: 0..<4, using: &random) > 0 {
            faults += leak(Int.random(in: 1...3, using: &random), category)
        }
        let seats = holds.flatMap(\.seats).reduce(0) { $0 + $1.quantity }
        let taken = history.reduce(0) { sum, move in
            guard case .acquire(let hold) = move else { return sum }
            return sum + holds[hold].seats.reduce(0) { $0 + $1.quantity }
        }
        // Sometimes there are too few seats for all.
        let total = Int64(max(seats + Int.random(in: -2...4, using: &random), taken, 4))
        return Scenario(
            name, total: total, holds, history: history, faults: faults, actors: actors, job: job(&random))
    }

    /// What a buyer does with a hold, whole or cut short.
    private static func story(_ hold: Int, hasClock: Bool, _ random: inout SeededRandom) -> [PlatformMove] {
        let flowA: [PlatformMove] = [
            .acquire(hold), .claim(hold), .order(hold, expires: false), .commit(hold), .confirm(hold), .finalize(hold),
        ]
        let flowB: [PlatformMove] = [
            .acquire(hold), .order(hold, expires: true), .pay(hold), .claim(hold), .commit(hold), .confirm(hold),
            .finalize(hold),
        ]
        let late: [PlatformMove] = [.send(hold), .bury(hold), .replay(hold), .sellMessage(hold), .finalize(hold)]
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: return [.acquire(hold), .release(hold)]
        case 2: return [.acquire(hold), .extend(hold, by: Bool.random(using: &random) ? 900 : 1800)]
        case 3: return [.acquire(hold), .extend(hold, by: 700), .claim(hold)]
        case 4: return Array(flowA.prefix(4)) + [.cancelOrder(hold)]
        case 5: return Array(flowA.prefix(Int.random(in: 2...6, using: &random)))
        case 6: return Array(flowB.prefix(2)) + [.cancelOrder(hold)]
        case 7: return Array(flowA.prefix(4)) + [.failCall(hold)] + late.prefix(Int.random(in: 0...5, using: &random))
        case 8: return Array(flowB.prefix(2)) + [.claim(hold), .pay(hold), .commit(hold), .takeBack(hold)]
        default:
            let whole = hasClock ? flowA : flowB
            return Array(whole.prefix(Int.random(in: 3...whole.count, using: &random)))
        }
    }

    /// What may be wrong with the member of a hold.
    private static func indexFault(of token: String, _ random: inout SeededRandom) -> [[String]] {
        let index = Bench.prefix + "holds:expiration-index"
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return [["ZREM", index, token]]
        case 1: return [["ZADD", index, "XX", "\(RaceModel.start)000", token]]
        case 2: return [["ZADD", index, "1", "gone"]]
        default: return []
        }
    }

    private static func job(_ random: inout SeededRandom) -> RaceJob {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return .purge()
        case 1, 2, 3:
            var rules = HotProtocol()
            rules.looks = Int.random(in: 2...3, using: &random)
            if Bool.random(using: &random) { rules.shortIndex = 0 }
            return .hot(rules)
        default:
            var rules = RaceProtocol()
            rules.looks = Int.random(in: 2...3, using: &random)
            if Bool.random(using: &random) { readingEvidence(&rules) }
            if Bool.random(using: &random) { rules.slice = Int.random(in: 1...3, using: &random) }
            return .looks(rules)
        }
    }
}
