/// Seats by category of one event, each sum kept within what the platform can count.
struct SeatTally {
    private(set) var seats: [Int64]
    /// Why the sums cannot be used: one grew too large, or a line named a category that SQL does not have.
    private(set) var fault: String?
    private let positions: [CategoryID: Int]

    /// - Parameters:
    ///   - positions: of the categories' ids.
    ///   - count: of the categories; SQL may have several rows of one id.
    init(positions: [CategoryID: Int], count: Int) {
        self.positions = positions
        seats = Array(repeating: 0, count: count)
    }

    mutating func add(_ lines: [SeatLine], of owner: @autoclosure () -> String) {
        for line in lines {
            guard let position = positions[line.category] else {
                fault = "\(owner()) names category \(line.category), which SQL does not have in this event"
                continue
            }
            let (sum, overflow) = seats[position].addingReportingOverflow(line.quantity)
            if overflow || sum > greatestSeatCount {
                fault = "the seats of category \(line.category) are more than the platform's scripts can count"
            } else {
                seats[position] = sum
            }
        }
    }

    /// Adds what SQL's categories know and passes over the rest: for seats that leave, where a category that is gone
    /// has nothing left to correct.
    mutating func addKnown(_ lines: [SeatLine]) {
        add(lines.filter { positions[$0.category] != nil }, of: "")
    }
}
