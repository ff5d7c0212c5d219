import ServiceLifecycle

/// The desk and the schedule that sends it orders, as one service: neither can stop without the other.
struct RunService: Service {
    let desk: RunDesk
    let scheduler: Scheduler

    /// Works until the service must stop. Then the run under way ends at its next whole step.
    func run() async {
        await withGracefulShutdownHandler {
            await withTaskGroup { group in
                group.addTask { await scheduler.keepToSchedule() }
                await desk.serve()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            desk.stop()
        }
    }
}
