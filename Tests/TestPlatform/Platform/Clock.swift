import Foundation

/// The machine's clock as the platform uses it.
package enum Clock {
    /// Seconds since 1970.
    package static func now() -> Int {
        Int(Date().timeIntervalSince1970)
    }

    /// Seconds since 1970 in ISO 8601, as the platform writes them.
    package static func text(of seconds: Int) -> String {
        Date(timeIntervalSince1970: TimeInterval(seconds))
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
