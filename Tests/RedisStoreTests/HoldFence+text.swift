@testable import HoldModel

extension HoldFence {
    /// A fence as the apply script compares it.
    init(_ text: String) {
        self.init(text: Array(text.utf8))
    }
}
