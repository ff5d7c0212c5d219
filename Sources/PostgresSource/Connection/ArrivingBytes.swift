/// Counts the bytes of one answer as they arrive. libpq reads a whole message, whatever length the server has
/// announced, before the program can look at it. So the bytes that wait in the socket are counted each time before
/// libpq reads them.
struct ArrivingBytes {
    /// The largest row of a stream, in bytes of all its values.
    static let ofRow = 64 << 20
    /// The largest answer that is no stream.
    static let ofResult = 128 << 20
    /// The least room that libpq has for reading.
    private static let leastRoom = 8192

    let most: Int
    private var count = 0
    private var isPart = false

    init(most: Int) {
        self.most = most
    }

    /// Counts what libpq has read.
    ///
    /// - Parameters:
    ///   - before: how many bytes waited in the socket before it read.
    ///   - after: how many bytes wait now, some of which may be new.
    ///   - isStream: whether this is a message of a stream. From the second wait on libpq knows the message's length and has
    ///     room for all of it, so it reads all that waits. Else it may leave some.
    mutating func add(_ before: Int, after: Int, ofStream isStream: Bool) {
        count += isStream && isPart ? before : max(min(before, Self.leastRoom), before - after)
        isPart = true
    }

    var isTooMuch: Bool { count > most }
}

/// The state of a stream of rows that is being read.
struct RowStream {
    /// When it must have ended; PostgreSQL itself ends the statement long before.
    let deadline: ContinuousClock.Instant
    private var rows = 0

    init(deadline: ContinuousClock.Instant) {
        self.deadline = deadline
    }

    /// Counts a row, and looks at the clock for each thousandth.
    ///
    /// - Returns: whether the stream's time is over.
    mutating func takesTooLong() -> Bool {
        rows &+= 1
        return rows & 1023 == 0 && ContinuousClock.now > deadline
    }
}
