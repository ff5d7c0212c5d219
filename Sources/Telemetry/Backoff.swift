/// Pauses between tries that double, each with a random part so that many senders do not come back together.
struct Backoff {
    private static let longest: Duration = .seconds(60)

    private var base: Duration = .milliseconds(200)

    /// The next pause: at least half of what is due.
    mutating func next(random: Double = .random(in: 0...1)) -> Duration {
        defer { base = min(base * 2, Self.longest) }
        return base * (0.5 + random / 2)
    }
}
