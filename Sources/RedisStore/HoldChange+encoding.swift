import HoldModel

extension HoldChange {
    /// Appends the arguments of one hold, as the header of the apply script lists them.
    func encode(into call: inout ScriptCall) {
        call.addArgument(fence.text)
        switch index {
        case .keep: call.addArgument("keep")
        case .remove: call.addArgument("remove")
        case .score(let seconds): call.addArgument(seconds)
        }
        switch hash {
        case .keep: call.addArgument("keep")
        case .delete: call.addArgument("delete")
        case .replace(let written):
            call.addArgument("write")
            call.addArgument(written.status.rawValue)
            call.addArgument(written.createdAt.iso8601)
            call.addArgument(written.expiresAt.iso8601)
            call.addArgument(written.expiresAtEpoch)
            call.addArgument(written.entries)
            call.addArgument(written.order.bytes)
            call.addArgument(written.keyExpiresAtEpoch)
        case .close(let status, let at, let reason, let keptFor):
            call.addArgument("close")
            call.addArgument(status.rawValue)
            call.addArgument(status == .finalized ? "finalizedAt" : "releasedAt")
            call.addArgument(at.iso8601)
            call.addArgument(status == .finalized ? "" : "hold-reconciler:\(reason.rawValue)")
            call.addArgument(at.adding(seconds: keptFor).secondsRoundedUp)
        }
    }
}
