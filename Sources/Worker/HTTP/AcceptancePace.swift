import NIOCore

/// Accepts connections no faster than ``HTTPLimits/pace``. Each is for one request, so clients can take only so much of
/// the processors, and a run keeps the rest. Connections beyond the pace wait in the system's queue, first come, first
/// served.
final class AcceptancePace: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never

    /// How many may be accepted at once; below zero where the system has handed out more than were asked for.
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
