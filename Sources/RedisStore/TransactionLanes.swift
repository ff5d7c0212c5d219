/// The connections that transactions go over: while one waits for its answers, Redis works on another's.
package actor TransactionLanes {
    /// Two keep Redis busy; the others are for answers that come late.
    private static let greatest = 4

    private let settings: RedisSettings
    private var idle: [TransactionLane] = []
    private var open = 0
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

    /// Whether the user may not give the commands of a transaction, so that scripts must do it.
    var areForbidden: Bool { isForbidden }

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
        while idle.isEmpty && open == Self.greatest {
            await withCheckedContinuation { waiting.append($0) }
        }
        if let lane = idle.popLast() { return lane }
        open += 1
        do {
            return TransactionLane(connection: try await RedisConnection.opened(settings))
        } catch {
            open -= 1
            wakeOne()
            throw error
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
