import NIOCore

/// Takes connections no faster than ``HTTPLimits/pace``: each is for one request, so this bounds what clients may take of the
/// processors, and a run keeps the rest. Who comes faster waits in the system's queue, where who came first is next.
final class AcceptancePace: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never

    /// How many may be taken at once; below zero where the system has handed out more than were asked for.
    private var credit = Double(HTTPLimits.burst)
    private var counted = NIODeadline.now()
    private var isWaiting = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        credit -= 1
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        credit = min(
            credit + HTTPLimits.pace * Double((now - counted).nanoseconds) / 1e9, Double(HTTPLimits.burst))
        counted = now
        guard credit < 1 else { return context.read() }
        if isWaiting { return }
        isWaiting = true
        let pause = TimeAmount.nanoseconds(Int64(((1 - credit) / HTTPLimits.pace * 1e9).rounded(.up)))
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: pause) {
            let (pace, context) = bound.value
            pace.isWaiting = false
            pace.read(context: context)
        }
    }
}
