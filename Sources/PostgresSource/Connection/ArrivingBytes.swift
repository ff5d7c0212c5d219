/// Counts what comes of one answer. libpq takes a message in whole, whatever length the server has given it, before anybody
/// may look at it, so what waits in the socket is counted each time before libpq reads it.
struct ArrivingBytes {
    /// The largest row of a stream, in bytes of all its values.
    static let ofRow = 64 << 20
    /// The largest answer that is no stream.
    static let ofResult = 128 << 20
    /// Room that libpq has for what it reads at the least.
    private static let leastRoom = 8192

    let most: Int
    private var count = 0
    private var isPart = false

    init(most: Int) {
        self.most = most
    }

    /// Takes note of what libpq has read.
    ///
    /// - Parameters:
    ///   - before: bytes that waited in the socket before it read.
    ///   - after: bytes that wait now, some of which may be new.
    ///   - isStream: whether a message of a stream is waited for. From the second wait for it on libpq knows its length and
    ///     has room for all of it, so it reads all that waits. Else it may leave some.
    mutating func add(_ before: Int, after: Int, ofStream isStream: Bool) {
        count += isStream && isPart ? before : max(min(before, Self.leastRoom), before - after)
        isPart = true
    }

    var isTooMuch: Bool { count > most }
}

/// A stream of rows that is being read.
struct RowStream {
    /// Until when it must have ended: PostgreSQL ends the statement itself, long before.
    let deadline: ContinuousClock.Instant
    private var rows = 0

    init(deadline: ContinuousClock.Instant) {
        self.deadline = deadline
    }

    /// Takes note of a row; the clock is looked at for each thousandth.
    ///
    /// - Returns: whether the stream's time is over.
    mutating func takesTooLong() -> Bool {
        rows &+= 1
        return rows & 1023 == 0 && ContinuousClock.now > deadline
    }
}
