import TestServers

/// The finalizer's queue: two Redis lists. New messages go in at the left, the finalizer takes them out at the right.
extension Platform {
    package var queueKey: String {
        keyPrefix + "queues:finalization"
    }

    package var deadLetterKey: String {
        queueKey + ":dead-letter"
    }

    /// Puts a message into the queue.
    package func send(_ message: FinalizationMessage) async throws {
        try await redis.command("LPUSH", queueKey, message.json())
    }

    /// Takes the oldest message out of the queue; `nil` where it is empty.
    package func takeMessage() async throws -> FinalizationMessage? {
        let text = try await redis.command("RPOP", queueKey)
        return text.isEmpty ? nil : try FinalizationMessage(json: text)
    }

    /// Puts a message among the dead letters, where it stays until a person replays it.
    package func bury(_ message: FinalizationMessage, because reason: String, at now: Int = Clock.now()) async throws {
        try await redis.command("LPUSH", deadLetterKey, message.dead(because: reason, at: now).json())
    }

    /// Sends every dead letter again, the oldest first.
    package func replayDeadLetters() async throws {
        while try await !redis.command("RPOPLPUSH", deadLetterKey, queueKey).isEmpty {}
    }

    /// What waits in the queue, the newest first.
    package func messages() async throws -> [FinalizationMessage] {
        try await messages(of: queueKey)
    }

    /// What waits for a person, the newest first.
    package func deadLetters() async throws -> [FinalizationMessage] {
        try await messages(of: deadLetterKey)
    }

    private func messages(of list: String) async throws -> [FinalizationMessage] {
        let texts: [String] = try await redis.decoded(["LRANGE", list, "0", "-1"])
        return try texts.map(FinalizationMessage.init(json:))
    }
}
