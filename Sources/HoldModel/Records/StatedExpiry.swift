/// What a hold's hash says of when it ends, in two fields: `expiresAtEpoch`, which the platform's scripts use, and
/// `expiresAt`, the same as ISO 8601. All values here are seconds since 1970.
///
/// Some code of a platform writes milliseconds into `expiresAtEpoch`. So it is believed only while it lies no further
/// ahead than a hold can live, or where `expiresAt` says the same. Otherwise the later of two instants counts:
/// `expiresAt`, and `expiresAtEpoch` read as milliseconds; without either, the score of the index member. A hold that
/// may be live keeps its seats, and its expiry is written so that the platform's cleaner can find it.
package struct StatedExpiry: Sendable, Hashable {
    /// `expiresAtEpoch`, where it is an integer that an index can keep.
    package let epoch: Int64?
    /// `expiresAtEpoch` rounded up, where it is a number with a fraction.
    package let fraction: Int64?
    /// `expiresAt`, rounded up.
    package let instant: Int64?

    /// The longest that a hold can live, in seconds: a value further ahead is not in seconds.
    package static let greatestLife: Int64 = 30 * 86_400
    /// How far the two fields may lie apart and still say the same, in seconds: they are written one after the other.
    private static let tolerance: Int64 = 5

    /// The end of a hold, once it is decided which value counts.
    package struct Settled: Sendable, Hashable {
        /// The score that its index member must have.
        package let seconds: Int64
        /// Until when its seats are kept: later than ``seconds`` where `expiresAt` is later.
        package let end: Int64
        /// Whether `expiresAtEpoch` of the hash must be set to ``seconds``.
        package let mustBeWritten: Bool
    }

    package init(epoch: Int64) {
        self.epoch = epoch
        (fraction, instant) = (nil, nil)
    }

    /// - Parameters:
    ///   - expiresAtEpoch: the field as Redis keeps it.
    ///   - expiresAt: the field as Redis keeps it. A local time names no instant and is ignored.
    package init(expiresAtEpoch: [UInt8]?, expiresAt: [UInt8]?) {
        let integer = expiresAtEpoch.flatMap { decimalInteger($0) }
        epoch = integer.flatMap { $0.magnitude <= greatestSeatCount ? $0 : nil }
        fraction = integer == nil ? expiresAtEpoch.flatMap(Self.roundedUp) : nil
        instant = expiresAt.flatMap { Timestamp(iso8601: $0) }?.secondsRoundedUp
    }

    /// The first value that can be read, for callers without a clock; `nil` where none can.
    package var seconds: Int64? { epoch ?? fraction ?? instant }

    /// Whether `expiresAtEpoch` is believed without a look at anything else.
    package static func isPlausible(_ seconds: Int64, at now: Timestamp) -> Bool {
        seconds > 0 && seconds <= now.milliseconds / 1000 + greatestLife
    }

    /// Decides when the hold ends.
    ///
    /// - Parameters:
    ///   - score: the score of the hold's index member.
    ///   - now: Redis' clock.
    /// - Returns: `nil` where nothing says when the hold ends.
    package func settled(score: IndexScore, now: Timestamp) -> Settled? {
        func plausible(_ seconds: Int64?) -> Int64? { seconds.flatMap { Self.isPlausible($0, at: now) ? $0 : nil } }
        let words = plausible(instant)
        if let epoch, plausible(epoch) != nil || saysTheSame(epoch) {
            guard let words, words > epoch, !saysTheSame(epoch) else {
                return Settled(seconds: epoch, end: epoch, mustBeWritten: false)
            }
            // Score and number are the same, so the platform's scripts agree among themselves.
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

    /// Reads a number as milliseconds, and returns seconds, rounded up; `nil` for an instant before 2001.
    private static func readAsMilliseconds(_ epoch: Int64) -> Int64? {
        epoch < 1_000_000_000_000 ? nil : Timestamp(milliseconds: epoch).secondsRoundedUp
    }

    /// Reads a number of seconds with a fraction, which the platform's scripts accept as well, and rounds it up.
    private static func roundedUp(_ text: [UInt8]) -> Int64? {
        guard text.allSatisfy({ ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: ".") }),
            let number = Double(String(decoding: text, as: UTF8.self)), number <= Double(greatestSeatCount)
        else { return nil }
        return Int64(number.rounded(.up))
    }
}
