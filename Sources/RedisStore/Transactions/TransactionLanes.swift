/// The connections for transactions: while one waits for its answers, Redis works on another's.
package actor TransactionLanes {
    private let settings: RedisSettings
    /// How many there may be. Two keep Redis busy; the others are for answers that come late.
    private var greatest = 4
    private var idle: [TransactionLane] = []
    /// Those that are open, or being opened.
    private var open = 0
    private var hasOpened = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isForbidden = false

    /// Runs `body` with lanes that open when they are asked for, and closes them.
    package static func with<Value: Sendable>(
        _ settings: RedisSettings, _ body: (TransactionLanes) async throws -> Value
    ) async throws -> Value {
        let lanes = TransactionLanes(settings)
        do {
            let value = try await body(lanes)
            await lanes.close()
            return value
        } catch {
            await lanes.close()
            throw error
        }
    }

    private init(_ settings: RedisSettings) {
        self.settings = settings
    }

    /// Whether transactions can be run. If the user may not give their commands, or Redis has no connection left for
    /// them, the events are planned, and scripts write the plans on the run's own connection.
    func areUsable() async -> Bool {
        if isForbidden { return false }
        // One that is being opened proves nothing yet.
        if hasOpened { return true }
        do {
            giveBack(try await take())
            return true
        } catch {
            isForbidden = true
            return false
        }
    }

    func forbid() {
        isForbidden = true
    }

    /// Runs transactions on the first lane that is free; see ``TransactionLane/run(owner:next:take:)``.
    ///
    /// - Throws: where no lane can be opened; then none of them was made.
    nonisolated func run<Note>(
        owner: [UInt8], next: () -> TransactionLane.Item<Note>?, take: (Note, TransactionOutcome) async -> Bool
    ) async throws {
        let lane = try await self.take()
        if await lane.run(owner: owner, next: next, take: take) {
            await giveBack(lane)
        } else {
            await drop(lane)
        }
    }

    private func take() async throws -> TransactionLane {
        while true {
            while idle.isEmpty && open >= greatest {
                await withCheckedContinuation { waiting.append($0) }
            }
            if let lane = idle.popLast() { return lane }
            open += 1
            do {
                let lane = TransactionLane(connection: try await RedisConnection.opened(settings))
                hasOpened = true
                return lane
            } catch {
                open -= 1
                wakeOne()
                // Redis may have no connection left for one more: those that are there will do.
                if open == 0 { throw error }
                greatest = open
            }
        }
    }

    private func giveBack(_ lane: TransactionLane) {
        idle.append(lane)
        wakeOne()
    }

    private func drop(_ lane: TransactionLane) async {
        open -= 1
        wakeOne()
        await lane.connection.close()
    }

    private func wakeOne() {
        if !waiting.isEmpty { waiting.removeFirst().resume() }
    }

    private func close() async {
        for lane in idle { await lane.connection.close() }
        idle = []
    }
}
