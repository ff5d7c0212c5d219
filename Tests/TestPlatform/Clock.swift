import Foundation

/// The machine's clock as the platform uses it.
package enum Clock {
    /// Seconds since 1970.
    package static func now() -> Int {
        Int(Date().timeIntervalSince1970)
    }
}
