/// How long the program's scripts took inside of Redis, in milliseconds.
struct ScriptTimes {
    let count: Int
    /// Those that were long enough to be logged, the longest first.
    private let logged: [Double]

    init(count: Int, logged: [Double]) {
        self.count = count
        self.logged = logged.sorted(by: >)
    }

    /// `nil` where none was long enough to be logged.
    var longest: Double? { logged.first }

    /// - Parameter limit: not below ``ScriptLog/threshold``.
    func percentage(within limit: Double) -> Double {
        100 * (1 - Double(logged.count { $0 > limit }) / Double(max(count, 1)))
    }
}
