/// A script of the platform that wrote nothing because a precondition did not hold.
package struct Refusal: Error, Equatable, CustomStringConvertible {
    package let operation: PlatformScript
    /// The script's word: `not_held`, `unavailable`.
    package let reason: String
    package let token: String

    package init(operation: PlatformScript, reason: String, token: String) {
        self.operation = operation
        self.reason = reason
        self.token = token
    }

    package var description: String {
        "\(operation.rawValue) refused hold \(token): \(reason)"
    }
}
