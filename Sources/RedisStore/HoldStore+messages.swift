package import HoldModel

/// The two lists that a finalizer works from, as whole keys.
package struct FinalizerLists: Sendable, Hashable {
    package let queue: [UInt8]
    package let deadLetters: [UInt8]

    /// - Parameter name: of the queue, without the prefix.
    package init(_ name: String, in keys: KeySpace) {
        queue = keys.prefix + Array(name.utf8)
        deadLetters = queue + Array(":dead-letter".utf8)
    }
}

extension HoldStore {
    /// Messages read at once: some hundred kilobytes.
    private static var step: Int64 { 500 }
    /// Messages of a list that are looked at; of a longer list nothing is concluded.
    private static var most: Int64 { 1_000_000 }

    /// Finds the messages of accepted checkouts.
    ///
    /// A message may move between the lists while they are read, so the dead letters are read before and after the queue.
    ///
    /// - Returns: the messages, and why nothing may be concluded from one that was not seen; `nil` where something may.
    /// - Throws: ``RedisError`` where the connection is lost.
    package func messages(
        in lists: FinalizerLists, _ evidence: CheckoutEvidence
    ) async throws -> (CheckoutEvidence, doubt: String?) {
        var evidence = evidence
        evidence.lists = .unread
        let order: [(list: [UInt8], place: CheckoutEvidence.MessagePlace)] = [
            (lists.deadLetters, .deadLetters), (lists.queue, .queue), (lists.deadLetters, .deadLetters),
        ]
        let lengths = try await lengths(of: order.map(\.list))
        if let doubt = lengths.doubt { return (evidence, doubt) }
        if lengths.areEmpty {
            evidence.lists = .read
            return (evidence, nil)
        }
        var unreadable = 0
        for (list, place) in order {
            if let doubt = try await read(list, as: place, &evidence, &unreadable) { return (evidence, doubt) }
        }
        // Such a message may be any order's.
        if unreadable > 0 {
            return (
                evidence,
                "\(printable(lists.queue)) or its dead letters have a message that names neither order nor hold: take it out"
            )
        }
        evidence.lists = .read
        return (evidence, nil)
    }

    private func lengths(of lists: [[UInt8]]) async throws -> (areEmpty: Bool, doubt: String?) {
        let commands = lists.map { list in
            var command = RedisCommand("LLEN")
            command.append(list)
            return command
        }
        var areEmpty = true
        for (list, reply) in zip(lists, try await connection.replies(to: commands)) {
            switch reply {
            case .integer(let count) where count > Self.most:
                return (false, "\(printable(list)) has \(count) messages, more than are looked at")
            case .integer(let count): areEmpty = areEmpty && count == 0
            case .error(let message): return (false, "LLEN \(printable(list)): \(message)")
            default: throw connection.unexpected("LLEN of the finalizer's list")
            }
        }
        return (areEmpty, nil)
    }

    /// Reads a list from its head and, where that takes several steps, from its tail: whichever end messages are taken from,
    /// none that stays is passed over.
    ///
    /// - Returns: why it could not be read.
    private func read(
        _ list: [UInt8], as place: CheckoutEvidence.MessagePlace, _ evidence: inout CheckoutEvidence,
        _ unreadable: inout Int
    ) async throws -> String? {
        var start: Int64 = 0
        while start < Self.most {
            switch try await range(of: list, start, start + Self.step - 1) {
            case .failure(let refusal): return refusal.reason
            case .success(let messages):
                unreadable += evidence.add(messages, place)
                if messages.count < Self.step {
                    return start == 0 ? nil : try await readFromTail(list, place, &evidence, &unreadable)
                }
            }
            start += Self.step
        }
        return "\(printable(list)) grows faster than it is read"
    }

    private func readFromTail(
        _ list: [UInt8], _ place: CheckoutEvidence.MessagePlace, _ evidence: inout CheckoutEvidence,
        _ unreadable: inout Int
    ) async throws -> String? {
        var end: Int64 = -1
        while end > -Self.most {
            switch try await range(of: list, end - Self.step + 1, end) {
            case .failure(let refusal): return refusal.reason
            case .success(let messages):
                unreadable += evidence.add(messages, place)
                if messages.count < Self.step { return nil }
            }
            end -= Self.step
        }
        return "\(printable(list)) grows faster than it is read"
    }

    private struct Refusal: Error {
        let reason: String
    }

    private func range(of list: [UInt8], _ first: Int64, _ last: Int64) async throws -> Result<[[UInt8]], Refusal> {
        var command = RedisCommand("LRANGE")
        command.append(list)
        command.append(first)
        command.append(last)
        switch try await connection.replies(to: [command]).first {
        case .error(let message)?: return .failure(Refusal(reason: "LRANGE \(printable(list)): \(message)"))
        case let reply?:
            guard let messages = reply.array else { throw connection.unexpected("LRANGE of the finalizer's list") }
            return .success(messages.compactMap(\.bytes))
        case nil: throw connection.unexpected("LRANGE of the finalizer's list")
        }
    }
}

extension CheckoutEvidence {
    /// - Returns: how many of them name nothing that can be read.
    fileprivate mutating func add(_ messages: [[UInt8]], _ place: MessagePlace) -> Int {
        var unreadable = 0
        for text in messages {
            if let message = FinalizerMessage(text) {
                add(message: place, order: message.order, token: message.token)
            } else {
                unreadable += 1
            }
        }
        return unreadable
    }
}
