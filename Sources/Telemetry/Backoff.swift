/// Pauses between tries. They double, and each has a random part, so that many senders do not come back together.
struct Backoff {
    private static let longest: Duration = .seconds(60)

    private var base: Duration = .milliseconds(200)

    /// Returns the next pause, at least half of the full one.
    mutating func next(random: Double = .random(in: 0...1)) -> Duration {
        defer { base = min(base * 2, Self.longest) }
        return base * (0.5 + random / 2)
    }
}
