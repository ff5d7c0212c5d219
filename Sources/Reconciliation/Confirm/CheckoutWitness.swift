package import HoldModel
package import PostgresSource
package import RedisStore

/// Reads the evidence about accepted checkouts, from the finalizer's lists in Redis and `api_idempotency` in SQL
/// (contract section 3). It is the third witness, beside orders and holds.
package struct CheckoutWitness: Sendable {
    private let source: PostgresSource
    private let store: HoldStore
    /// The name of the finalizer's list without the prefix; `nil` where it is not in Redis.
    private let queue: String?

    /// - Parameter queue: the name of the finalizer's list without the prefix; `nil` where it is not in Redis.
    package init(_ source: PostgresSource, _ store: HoldStore, queue: String?) {
        self.source = source
        self.store = store
        self.queue = queue
    }

    /// Reads the finalizer's lists, as at the beginning of a run.
    ///
    /// - Parameter answers: what SQL has said. It must be read before the lists, so that no message sent earlier is missed.
    /// - Returns: sentences for people about what could not be read.
    package func readLists(
        into policy: inout Policy, behind answers: CheckoutAnswers? = nil
    ) async throws -> [String] {
        let notes = try await readMessages(into: &policy)
        guard let answers else { return notes }
        for order in answers.failed { policy.checkouts.add(failed: order) }
        for order in answers.contested { policy.checkouts.add(contested: order) }
        policy.checkouts.hasAnswers = true
        policy.checkouts.knowsContested = answers.knowsContested
        return notes + answers.unread.map { "evidence of abandoned checkouts is missing: \($0)" }
    }

    private func readMessages(into policy: inout Policy) async throws -> [String] {
        guard let queue else {
            policy.checkouts.lists = .elsewhere
            return []
        }
        let prefix = store.keys.prefix
        if !prefix.isEmpty, Array(queue.utf8).starts(with: prefix) {
            policy.checkouts.lists = .unread
            return [
                "--finalization-queue begins with the key prefix, which is put before it once more: give it without; no accepted "
                    + "checkout was taken for abandoned by itself"
            ]
        }
        let (evidence, doubt) = try await store.messages(in: FinalizerLists(queue, in: store.keys))
        policy.checkouts = evidence
        return doubt.map {
            [
                "the finalizer's messages cannot be seen (\($0)): no accepted checkout was taken for abandoned by itself; "
                    + "--finalization-queue names the list, or says none"
            ]
        } ?? []
    }

    /// Returns, in words, which of the finalizer's lists can be read, and whether all can.
    package static func lists(_ queue: String?, of store: HoldStore) async throws -> (words: String, isWhole: Bool) {
        guard let queue else { return ("not in Redis (--finalization-queue none)", true) }
        let lists = FinalizerLists(queue, in: store.keys)
        let (_, doubt) = try await store.messages(in: lists)
        if let doubt { return (doubt, false) }
        let counts = try await store.messageCounts(in: lists)
        return (
            "\(counts.queue) messages in \(printable(lists.queue)), \(counts.deadLetters) in its dead letters; a list that is "
                + "not there counts as empty", true
        )
    }

    /// Returns a sentence for each order that the operator has named and that is not abandoned all the same.
    package func objections(_ policy: Policy) async throws -> [String] {
        if policy.abandonedOrders.isEmpty { return [] }
        let found = try await source.orders(named: policy.abandonedOrders)
        let missing = policy.abandonedOrders.subtracting(found.map(\.order.id)).sorted()
        return missing.map { "--abandon-order \($0): SQL has no order of this id" }
            + found.compactMap { order, isAccepted in
                if !isAccepted {
                    return "--abandon-order \(order.id): it is \(order.status?.rawValue ?? "of an unknown status"), "
                        + "and no accepted checkout"
                }
                return policy.checkouts.message(of: order).map {
                    "--abandon-order \(order.id): its message is in the \($0 == .queue ? "queue" : "dead letters"), so its "
                        + "seats stay held: take the message out first"
                }
            }
    }

    /// Reads what `api_idempotency` says of accepted checkouts.
    package func readAnswers() async throws -> CheckoutAnswers {
        try await source.checkoutAnswers()
    }

    /// Reads all evidence.
    ///
    /// - Returns: sentences for people about what could not be read.
    package func readAll(into policy: inout Policy) async throws -> [String] {
        try await readLists(into: &policy, behind: try await readAnswers())
    }
}
