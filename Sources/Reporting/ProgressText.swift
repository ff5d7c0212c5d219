package import Reconciliation

extension RunProgress {
    /// One line: how much of how much, how fast, how long still.
    ///
    /// - Parameter seconds: since the run started on this.
    package func line(after seconds: Double) -> String {
        if phase == .waiting { return "\(phase.rawValue): \(done)" }
        let rate = seconds > 0 ? Double(done) / seconds : 0
        var text = phase.rawValue + ": " + String(done)
        if let total { text += " of \(total)" }
        text += ", \(Int(rate)) a second"
        if let total, rate > 0, total > done { text += ", about \(Int(Double(total - done) / rate) + 1) s left" }
        return text
    }
}
