/// The connections that transactions go over: while one waits for its answers, Redis works on another's.
package actor TransactionLanes {
    /// Two keep Redis busy; the third is for answers that come late.
    private static let greatest = 5

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

    /// Runs a transaction on the first lane that is free.
    func run(_ transaction: FencedTransaction, owner: [UInt8]) async -> TransactionOutcome {
        let lane: TransactionLane
        do {
            lane = try await take()
        } catch {
            return .failed(ScriptFailure(cause: error, mayHaveRun: false))
        }
        let outcome = await lane.run(transaction, owner: owner)
        switch outcome {
        case .done, .refused: giveBack(lane)
        // Where it stands is not known, or it stands within a transaction.
        case .forbidden, .failed: await drop(lane)
        }
        return outcome
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
