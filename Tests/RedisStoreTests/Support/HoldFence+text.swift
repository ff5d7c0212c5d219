@testable import HoldModel

extension HoldFence {
    /// A fence as the apply script compares it.
    init(_ text: String) {
        switch text {
        case "-": self = .absent
        case "!": self = .otherType
        default:
            let parts = text.split(separator: "|", omittingEmptySubsequences: false).map { Array($0.utf8) }
            self = .hash(status: parts[0], expiresAtEpoch: parts[1])
        }
    }
}
