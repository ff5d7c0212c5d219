/// Seats by category of one event, each sum kept within what the platform can count.
struct SeatTally {
    private(set) var seats: [Int64]
    /// Why the sums cannot be used: one grew too large, or a line named a category that SQL does not have.
    private(set) var fault: String?
    private let positions: [CategoryID: Int]

    /// - Parameters:
    ///   - positions: the position of each category id.
    ///   - count: how many category rows there are; SQL may have several with one id.
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

    /// Adds the lines of categories that SQL has, and ignores the others. It is for seats that leave a count: a
    /// category that is gone has no count left to correct.
    mutating func addKnown(_ lines: [SeatLine]) {
        add(lines.filter { positions[$0.category] != nil }, of: "")
    }
}
