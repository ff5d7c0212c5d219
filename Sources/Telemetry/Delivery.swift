/// What became of some events.
package struct Delivery: Sendable, Equatable {
    package internal(set) var delivered = 0
    /// How many were refused, dropped, or not delivered in time.
    package internal(set) var lost = 0
    /// Why the last try failed, where one did.
    package internal(set) var reason: String?

    mutating func take(_ answer: TrackAnswer, count: Int) {
        switch answer {
        case .settled(let refused, let reason):
            delivered += count - refused
            lost += refused
            self.reason = reason ?? self.reason
        case .retry(let positions, let refused, let reason, _):
            delivered += count - positions.count - refused
            lost += refused
            self.reason = reason
        }
    }
}
