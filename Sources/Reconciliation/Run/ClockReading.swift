import FoundationEssentials
package import HoldModel

/// A server's time, read between two instants of this machine. The time between those was spent waiting, and says
/// nothing of the server's clock.
package struct ClockReading: Sendable, Equatable {
    package let time: Timestamp
    /// This machine's clock when the server was asked.
    package let asked: Timestamp
    /// How many milliseconds the answer took.
    package let waited: Int64

    package init(time: Timestamp, asked: Timestamp, waited: Int64) {
        self.time = time
        self.asked = asked
        self.waited = waited
    }

    /// Asks a server for its time.
    ///
    /// - Returns: `nil` where it does not tell.
    package static func take(_ question: () async throws -> Timestamp?) async throws -> ClockReading? {
        let asked = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let start = ContinuousClock.now
        guard let time = try await question() else { return nil }
        let waited = ((.now - start) / .milliseconds(1)).rounded(.up)
        return ClockReading(time: time, asked: asked, waited: Int64(waited))
    }

    /// By how many milliseconds the clock may be ahead of this machine's; negative where it is behind.
    var ahead: ClosedRange<Int64> {
        let most = time.milliseconds - asked.milliseconds
        return most - waited...most
    }

    /// By how many milliseconds the clock is ahead of this machine's at the least; negative where it is behind.
    package var surelyAhead: Int64 {
        ahead.contains(0) ? 0 : ahead.lowerBound > 0 ? ahead.lowerBound : ahead.upperBound
    }
}
