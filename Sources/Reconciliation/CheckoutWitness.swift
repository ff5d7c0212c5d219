package import HoldModel
package import PostgresSource
package import RedisStore

/// Reads the third witness: what is known of accepted checkouts beside orders and holds (contract section 3).
package struct CheckoutWitness: Sendable {
    private let source: PostgresSource
    private let store: HoldStore
    /// `nil` where the queue is not in Redis.
    private let lists: FinalizerLists?

    /// - Parameter queue: the name of the finalizer's list without the prefix; `nil` where it is not in Redis.
    package init(_ source: PostgresSource, _ store: HoldStore, queue: String?) {
        self.source = source
        self.store = store
        lists = queue.map { FinalizerLists($0, in: store.keys) }
    }

    /// Reads the finalizer's lists, as at the beginning of a run.
    ///
    /// - Returns: what people should know of what could not be read.
    package func readLists(into policy: inout Policy) async throws -> [String] {
        guard let lists else {
            policy.checkouts.lists = .elsewhere
            return []
        }
        let (evidence, doubt) = try await store.messages(in: lists, CheckoutEvidence())
        policy.checkouts = evidence
        return doubt.map {
            [
                "the finalizer's messages cannot be seen (\($0)): no accepted checkout was taken for abandoned by itself; "
                    + "--finalization-queue names the list, or says none"
            ]
        } ?? []
    }

    /// Reads all evidence there is, the lists last: a message that was sent before an answer was read is seen.
    ///
    /// - Returns: what people should know of what could not be read.
    package func readAll(into policy: inout Policy) async throws -> [String] {
        let answers = try await source.checkoutAnswers()
        var notes = try await readLists(into: &policy)
        for order in answers.failed { policy.checkouts.add(failed: order) }
        for order in answers.paid { policy.checkouts.add(paid: order) }
        policy.checkouts.hasAnswers = true
        policy.checkouts.knowsPayments = answers.knowsPayments
        notes += answers.unread.map { "evidence of abandoned checkouts is missing: \($0)" }
        return notes
    }
}
