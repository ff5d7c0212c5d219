/// The words and states by which findings describe a hold.
extension HoldJudge {
    func brokenHashCause(_ state: HoldState) -> Cause {
        switch state {
        case .zombie: .zombieHold
        case .malformed, .foreign: .malformed
        case .absent, .whole: .lostHash
        }
    }

    func detail(_ hold: HoldSurvey) -> String? {
        switch hold.state {
        case .malformed(let reason): "holds:\(hold.token): \(reason)"
        case .foreign(let kind): "holds:\(hold.token) is \(kind)"
        case .absent, .zombie, .whole: nil
        }
    }

    func state(_ hold: HoldSurvey) -> FindingState {
        switch hold.state {
        case .absent: .absent
        case .zombie: .text("zombie")
        case .malformed: .text("malformed")
        case .foreign(let kind): .text(kind)
        case .whole(let whole):
            .hold(status: whole.status.rawValue, expiresAtEpoch: whole.status.isActive ? whole.expiresAtEpoch : nil)
        }
    }
}
