package import TestPlatform

/// Events that go on sale for the traffic.
package enum TrafficEvents {
    /// Ends the name of a category that buyers only hold and never buy, so that its few seats stay contended.
    static let neverSold = " box"

    /// Each with a category that never sells out, one that may, and one of four seats.
    package static func make(_ count: Int) -> [PlatformEvent] {
        (1...count).map { number in
            let name = "event \(number)"
            return PlatformEvent(
                name,
                categories: [
                    PlatformCategory(name + " stalls", total: 1_000_000, sold: 100),
                    PlatformCategory(name + " circle", total: 300, sold: 20),
                    PlatformCategory(name + neverSold, total: 4),
                ])
        }
    }
}
