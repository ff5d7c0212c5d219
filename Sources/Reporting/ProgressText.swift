package import Reconciliation

extension RunProgress {
    /// One line: how much of how much, how fast, how long still.
    ///
    /// - Parameters:
    ///   - first: what was done when the first of it was: how long that took says nothing of the others, since a run may have
    ///     to wait before it.
    ///   - seconds: since then.
    package func line(since first: Int, _ seconds: Double) -> String {
        if phase == .waiting { return "\(phase.rawValue): \(done)" }
        var text = phase.rawValue + ": " + String(done)
        if let total { text += " of \(total)" }
        guard seconds > 0, done > first else { return text }
        let rate = Double(done - first) / seconds
        text += ", \(Int(rate)) a second"
        if let total, total > done { text += ", about \(Int(Double(total - done) / rate) + 1) s left" }
        return text
    }
}
