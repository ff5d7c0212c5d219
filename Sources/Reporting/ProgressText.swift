package import Reconciliation

extension RunProgress {
    /// Returns one line: how much of how much is done, how fast, and how long the rest will take.
    ///
    /// - Parameters:
    ///   - first: how much was done at the first progress. It does not count for the speed, since a run may have to wait before
    ///     it.
    ///   - seconds: the seconds since then.
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
