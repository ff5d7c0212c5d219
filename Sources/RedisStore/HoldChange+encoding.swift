import HoldModel

extension HoldChange {
    /// Appends the arguments of one hold, as the header of the apply script lists them.
    func encode(into call: inout ScriptCall) {
        call.addArgument(fence.text)
        switch hash {
        case .keep: call.addArgument("keep")
        case .delete: call.addArgument("delete")
        case .replace: call.addArgument("replace")
        case .close: call.addArgument("set")
        }
        switch index {
        case .keep: call.addArgument("keep")
        case .remove: call.addArgument("remove")
        case .score(let seconds): call.addArgument(seconds)
        }
        switch hash {
        case .keep, .delete:
            call.addArgument("")
            call.addArgument(0)
        case .replace(let written):
            call.addArgument(written.keyExpiresAtEpoch)
            call.addArgument(Int64(written.fieldCount))
            written.forEachField { name, value in
                call.addArgument(name)
                call.addArgument(value)
            }
        case .close(let status, let at, let reason, let keptFor):
            call.addArgument(at.adding(seconds: keptFor).secondsRoundedUp)
            call.addArgument(status == .finalized ? 2 : 3)
            call.addArgument("status")
            call.addArgument(status.rawValue)
            call.addArgument(status == .finalized ? "finalizedAt" : "releasedAt")
            call.addArgument(at.iso8601)
            if status != .finalized {
                call.addArgument("releaseReason")
                call.addArgument("hold-reconciler:\(reason.rawValue)")
            }
        }
    }
}
