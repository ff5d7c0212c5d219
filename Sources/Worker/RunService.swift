import ServiceLifecycle

/// The desk and the schedule that orders from it: one service, since neither can stop without the other.
struct RunService: Service {
    let desk: RunDesk
    let scheduler: Scheduler

    /// Works until the service is to stop; the run that is under way then ends with its next whole step.
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
