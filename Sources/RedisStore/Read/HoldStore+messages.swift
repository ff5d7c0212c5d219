package import HoldModel

/// The keys of the two lists that a finalizer works from.
package struct FinalizerLists: Sendable, Hashable {
    package let queue: [UInt8]
    package let deadLetters: [UInt8]

    /// - Parameter name: the name of the queue, without the prefix.
    package init(_ name: String, in keys: KeySpace) {
        queue = keys.prefix + Array(name.utf8)
        deadLetters = queue + Array(":dead-letter".utf8)
    }
}

extension HoldStore {
    /// How many messages are read at once, at first and at the most: nobody knows how large they are.
    private static var fewest: Int64 { 16 }
    private static var greatest: Int64 { 512 }
    /// The longest list that is read; nothing is concluded from a longer one.
    private static var most: Int64 { 1_000_000 }

    /// Finds the messages of accepted checkouts.
    ///
    /// A message may move between the lists while they are read, so the dead letters are read before and after the
    /// queue.
    ///
    /// - Returns: the messages, and why nothing may be concluded from one that was not seen; `nil` where something may.
    /// - Throws: ``RedisError`` where the connection is lost.
    package func messages(in lists: FinalizerLists) async throws -> (CheckoutEvidence, doubt: String?) {
        var evidence = CheckoutEvidence()
        let order: [(list: [UInt8], place: CheckoutEvidence.MessagePlace)] = [
            (lists.deadLetters, .deadLetters), (lists.queue, .queue), (lists.deadLetters, .deadLetters),
        ]
        let lengths = try await lengths(of: order.map(\.list))
        var doubt = lengths.lazy.compactMap(\.doubt).first
        var unreadable = 0
        // The messages of one list count even where the other cannot be read.
        for ((list, place), length) in zip(order, lengths) where length.count > 0 {
            let failure = try await read(list, as: place, &evidence, &unreadable)
            doubt = doubt ?? failure
        }
        if doubt == nil, unreadable > 0 {
            // An unreadable message may be any order's.
            doubt =
                "\(printable(lists.queue)) or its dead letters have a message that names neither order nor hold: take it out"
        }
        if doubt == nil { evidence.lists = .read }
        return (evidence, doubt)
    }

    /// How many messages the lists have.
    package func messageCounts(in lists: FinalizerLists) async throws -> (queue: Int64, deadLetters: Int64) {
        let lengths = try await lengths(of: [lists.queue, lists.deadLetters])
        return (lengths.first?.count ?? 0, lengths.last?.count ?? 0)
    }

    /// How many messages a list has, or why it is not read.
    private typealias Length = (count: Int64, doubt: String?)

    private func lengths(of lists: [[UInt8]]) async throws -> [Length] {
        let commands = lists.map { list in
            var command = RedisCommand("LLEN")
            command.append(list)
            return command
        }
        return try zip(lists, try await connection.replies(to: commands)).map { list, reply in
            switch reply {
            case .integer(let count) where count > Self.most:
                (0, "\(printable(list)) has \(count) messages, more than are looked at")
            case .integer(let count): (count, nil)
            case .error(let message): (0, "LLEN \(printable(list)): \(message)")
            default: throw connection.unexpected("LLEN of the finalizer's list")
            }
        }
    }

    /// Reads a list from its head and, where that takes several steps, from its tail too. So it misses no message that
    /// stays, whichever end others remove messages from.
    ///
    /// - Returns: why it could not be read.
    private func read(
        _ list: [UInt8], as place: CheckoutEvidence.MessagePlace, _ evidence: inout CheckoutEvidence,
        _ unreadable: inout Int
    ) async throws -> String? {
        for end in [ListEnd.head, .tail] {
            var (done, step, isAtEnd) = (Int64(0), Self.fewest, false)
            while !isAtEnd {
                if done > Self.most { return "\(printable(list)) grows faster than it is read" }
                let (first, last) = end.range(step, behind: done)
                switch try await range(of: list, first, last) {
                case .failure(let refusal): return refusal.reason
                case .success(let messages):
                    unreadable += evidence.add(messages, place)
                    isAtEnd = messages.count < step
                    // The list was read in one step, so the other end adds nothing.
                    if isAtEnd && done == 0 { return nil }
                    done += step
                    step = Self.next(step, after: messages)
                }
            }
        }
        return nil
    }

    /// Returns how many messages to read next: some hundred kilobytes of them.
    private static func next(_ step: Int64, after messages: [[UInt8]]) -> Int64 {
        let size = messages.reduce(0) { $0 + $1.count }
        return size > 1 << 19 ? max(step / 4, 1) : size < 1 << 17 ? min(step * 2, greatest) : step
    }

    private enum ListEnd {
        case head
        case tail

        /// As `LRANGE` counts: from the head, or below zero from the tail.
        func range(_ count: Int64, behind done: Int64) -> (Int64, Int64) {
            switch self {
            case .head: (done, done + count - 1)
            case .tail: (-done - count, -done - 1)
            }
        }
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
