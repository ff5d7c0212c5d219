import Foundation
import TestServers

/// What became of a message that the finalizer took.
package enum FinalizerEnd: Sendable, Equatable {
    /// Sold in SQL, and finalized in Redis.
    case sold
    /// Sold in SQL. Redis refused, which is not tried again.
    case soldInSQLOnly(Refusal)
    /// Not sold: the message is a dead letter now.
    case dead(reason: String)
}

/// The platform's finalizer, one message at a time. While nobody calls it, it is away.
extension Platform {
    /// Takes the oldest message and sells its order, without a look at the capacity: SQL first, then Redis.
    ///
    /// - Parameter fault: what goes wrong before anything is sold.
    /// - Returns: `nil` where no message waits.
    package func finalizeNext(failing fault: String? = nil, at now: Int = Clock.now()) async throws -> FinalizerEnd? {
        guard let message = try await takeMessage() else { return nil }
        let hold = message.hold
        let status = try await sql(OrderSQL.status(of: hold))
        if let reason = fault ?? OrderSQL.reasonNotToSell(status) {
            try await bury(message, because: reason, at: now)
            return .dead(reason: reason)
        }
        try await confirmSQL(hold, paidAt: now)
        do {
            // A hash that was written again may have its categories in another order.
            try await finalize(asWritten(hold), at: now)
            return .sold
        } catch let refusal as Refusal {
            return .soldInSQLOnly(refusal)
        }
    }

    /// Sells whatever waits, until the queue is empty.
    @discardableResult
    package func finalizeAll(at now: Int = Clock.now()) async throws -> [FinalizerEnd] {
        var ends: [FinalizerEnd] = []
        while let end = try await finalizeNext(at: now) { ends.append(end) }
        return ends
    }

    /// The hold with its seats in the order of its hash's entries; as it is where there is no hash.
    package func asWritten(_ hold: PlatformHold) async throws -> PlatformHold {
        guard let entries = try await self.hold(hold.token)["entries"] else { return hold }
        return try hold.ordered(by: entries)
    }
}

extension PlatformHold {
    /// The hold with its seats as a hash's `entries` tell them.
    package func ordered(by entries: String) throws -> PlatformHold {
        struct Entry: Decodable {
            let categoryId: String
            let quantity: Int
        }
        let written = try JSONDecoder().decode([Entry].self, from: Data(entries.utf8))
        return PlatformHold(
            token: token, event: event, seats: written.map { Seats($0.categoryId, $0.quantity) }, createdAt: createdAt,
            expiresAt: expiresAt)
    }
}
