package import HoldModel

/// What a part of the drift has cost: that of one cause, of one event, or all.
package struct BillEntry: Sendable, Equatable {
    /// Sums of one currency.
    package struct Worth: Sendable, Equatable {
        package var leaked = Amount.zero
        package var atRisk = Amount.zero
    }

    /// Seats that are neither sold nor held, and not on sale.
    package private(set) var leakedSeats: Int64 = 0
    /// Seats on sale that are sold or held: buyers may be sold them a second time.
    package private(set) var atRiskSeats: Int64 = 0
    package var events = 0
    package private(set) var causes: Set<Cause> = []
    /// Since when the oldest of its differences is there, as far as that is known.
    package private(set) var oldest: Timestamp?
    /// How many of its differences do not tell their age.
    package private(set) var unknownAges = 0
    /// By currency, empty where SQL has none.
    package private(set) var worth: [String: Worth] = [:]
    /// Seats that ``worth`` leaves out.
    package private(set) var seatsWithoutPrice: Int64 = 0

    mutating func take(_ line: BillLine) {
        if line.seats > 0 { leakedSeats = leakedSeats.adding(line.seats) }
        if line.seats < 0 { atRiskSeats = atRiskSeats.adding(line.seatCount) }
        causes.insert(line.cause)
        if line.since == nil { unknownAges += 1 }
        oldest = [oldest, line.since].compactMap(\.self).min()
        seatsWithoutPrice = seatsWithoutPrice.adding(line.seatCount)
    }

    /// Whether the sum stays exact with this one added.
    func holds(_ amount: Amount, in currency: String) -> Bool {
        let worth = worth[currency] ?? Worth()
        return worth.leaked.adding(worth.atRisk)?.adding(amount) != nil
    }

    /// Moves a line's seats from those without a price to the worth.
    mutating func price(_ line: BillLine, at amount: Amount, in currency: String) {
        var sums = worth[currency] ?? Worth()
        if line.seats > 0 {
            sums.leaked = sums.leaked.adding(amount) ?? sums.leaked
        } else {
            sums.atRisk = sums.atRisk.adding(amount) ?? sums.atRisk
        }
        worth[currency] = sums
        seatsWithoutPrice -= min(line.seatCount, seatsWithoutPrice)
    }

    mutating func merge(_ other: BillEntry) {
        leakedSeats = leakedSeats.adding(other.leakedSeats)
        atRiskSeats = atRiskSeats.adding(other.atRiskSeats)
        events += other.events
        causes.formUnion(other.causes)
        oldest = [oldest, other.oldest].compactMap(\.self).min()
        unknownAges += other.unknownAges
        seatsWithoutPrice = seatsWithoutPrice.adding(other.seatsWithoutPrice)
    }
}

extension BillLine {
    /// Its seats, leaked or at risk.
    var seatCount: Int64 { Int64(clamping: seats.magnitude) }
}

extension Int64 {
    /// The sum of two counts of seats, the largest number there is where it does not fit.
    func adding(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
