/// What a hold's hash says of when it ends, in two fields: `expiresAtEpoch`, which the platform's scripts go by, and
/// `expiresAt`, which says the same in words. All in seconds since 1970.
///
/// Platforms write milliseconds into the first one in one place and seconds in another. So it is believed while it lies no
/// further ahead than a hold can live, or the words say the same. Otherwise the later of what the words say and of the number
/// as milliseconds counts, else the score of the index member: a hold that may be live keeps its seats, and what ends it is
/// written so that the platform's cleaner can meet it.
package struct StatedExpiry: Sendable, Hashable {
    /// `expiresAtEpoch`, where it is an integer that an index can keep.
    package let epoch: Int64?
    /// The same rounded up, where it is a number with a fraction.
    package let fraction: Int64?
    /// `expiresAt`, rounded up.
    package let instant: Int64?

    /// No hold lives longer: what lies further ahead is no number of seconds.
    package static let greatestLife: Int64 = 30 * 86_400
    /// How far the two fields may lie apart and still say the same: they are written one after the other.
    private static let tolerance: Int64 = 5

    /// The end of a hold, settled.
    package struct Settled: Sendable, Hashable {
        /// Whole seconds: what its index member's score must be.
        package let seconds: Int64
        /// Until when its seats are kept: later than `seconds` where the words say so.
        package let end: Int64
        /// Whether the hash does not say so, and has to be told.
        package let mustBeWritten: Bool
    }

    package init(epoch: Int64) {
        self.epoch = epoch
        (fraction, instant) = (nil, nil)
    }

    /// - Parameters:
    ///   - expiresAtEpoch: the field as Redis keeps it.
    ///   - expiresAt: the field as Redis keeps it; local time, which says no instant, counts for nothing.
    package init(expiresAtEpoch: [UInt8]?, expiresAt: [UInt8]?) {
        let integer = expiresAtEpoch.flatMap { decimalInteger($0) }
        epoch = integer.flatMap { $0.magnitude <= greatestSeatCount ? $0 : nil }
        fraction = integer == nil ? expiresAtEpoch.flatMap(Self.roundedUp) : nil
        instant = expiresAt.flatMap { Timestamp(iso8601: $0) }?.secondsRoundedUp
    }

    /// What can be read at all, for what needs no clock; `nil` where nothing can.
    package var seconds: Int64? { epoch ?? fraction ?? instant }

    /// Whether `expiresAtEpoch` may be believed by itself, so that nothing else need be asked.
    package static func isPlausible(_ seconds: Int64, at now: Timestamp) -> Bool {
        seconds > 0 && seconds <= now.milliseconds / 1000 + greatestLife
    }

    /// - Parameters:
    ///   - score: of the hold's index member.
    ///   - now: Redis' clock.
    /// - Returns: `nil` where nothing says when the hold ends.
    package func settled(score: IndexScore, now: Timestamp) -> Settled? {
        func plausible(_ seconds: Int64?) -> Int64? { seconds.flatMap { Self.isPlausible($0, at: now) ? $0 : nil } }
        let words = plausible(instant)
        if let epoch, plausible(epoch) != nil || saysTheSame(epoch) {
            guard let words, words > epoch, !saysTheSame(epoch) else {
                return Settled(seconds: epoch, end: epoch, mustBeWritten: false)
            }
            // Where the member says what the number says, the platform's scripts agree among themselves.
            if score.seconds == epoch { return Settled(seconds: epoch, end: words, mustBeWritten: false) }
            return Settled(seconds: words, end: words, mustBeWritten: true)
        }
        let read = [words, plausible(fraction), plausible(epoch.flatMap(Self.readAsMilliseconds))]
        guard let seconds = read.compactMap(\.self).max() ?? plausible(score.seconds) else { return nil }
        return Settled(seconds: seconds, end: seconds, mustBeWritten: true)
    }

    private func saysTheSame(_ epoch: Int64) -> Bool {
        guard let instant, epoch > 0 else { return false }
        return (instant - epoch).magnitude <= Self.tolerance.magnitude
    }

    /// Seconds, rounded up, of what is a number of milliseconds, since 2001 at the earliest.
    private static func readAsMilliseconds(_ epoch: Int64) -> Int64? {
        epoch < 1_000_000_000_000 ? nil : Timestamp(milliseconds: epoch).secondsRoundedUp
    }

    /// A number of seconds with a fraction, which the platform's scripts take as well.
    private static func roundedUp(_ text: [UInt8]) -> Int64? {
        guard text.allSatisfy({ ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: ".") }),
            let number = Double(String(decoding: text, as: UTF8.self)), number <= Double(greatestSeatCount)
        else { return nil }
        return Int64(number.rounded(.up))
    }
}
