package import HoldModel

/// What SQL knows of accepted checkouts beside the rows of `orders` (contract section 3). All of it may be missing.
package struct CheckoutAnswers: Sendable {
    /// Orders of which every API call failed.
    package var failed: [OrderID] = []
    /// Orders that may look like a failed confirmation, and certainly are none: their payment is neither pending nor
    /// failed, or a call of the API has not failed.
    package var contested: [OrderID] = []
    /// Whether ``contested`` can be relied on: where it cannot, no confirmation may be called failed.
    package var knowsContested = true
    /// What could not be read, in words.
    package var unread: [String] = []
}

/// The numbers of accepted checkouts that wait for the finalizer, by how long they have waited.
package struct WaitingCheckouts: Sendable, Hashable {
    /// Longer than the hold TTL.
    package let late: Int
    /// So long that evidence against them counts.
    package let doubtful: Int
    /// Longer than any queue keeps a message.
    package let stuck: Int
}

extension PostgresSource {
    /// Reads the evidence. A part that is missing or refused is named in the result, and nothing else depends on it.
    ///
    /// - Throws: ``PostgresError`` where the connection is lost.
    package func checkoutAnswers() async throws -> CheckoutAnswers {
        let columns = try await readableEvidence()
        var answers = CheckoutAnswers()
        if columns.isSuperset(of: ["api_idempotency.hold_token", "api_idempotency.status"]) {
            switch try await orders(in: .checkoutAnswers) {
            case .success(let orders):
                answers.failed = orders.filter(\.isFailed).map(\.id)
                answers.contested = orders.filter { !$0.isFailed }.map(\.id)
            case .failure(let error):
                answers.knowsContested = false
                answers.unread.append("api_idempotency: \(error)")
            }
        } else {
            answers.unread.append("api_idempotency is missing, or the role may not read its hold_token and status")
        }
        if columns.contains("orders.payment_status") {
            switch try await orders(in: .paidCheckouts) {
            case .success(let orders): answers.contested += orders.map(\.id)
            case .failure(let error):
                answers.knowsContested = false
                answers.unread.append("orders.payment_status: \(error)")
            }
        } else {
            answers.unread.append("orders.payment_status is missing, or the role may not read it")
        }
        return answers
    }

    /// Counts the accepted checkouts that wait, by their age in seconds.
    package func waitingCheckouts(_ policy: Policy) async throws -> WaitingCheckouts {
        try await query { handle in
            let result = try handle.run(
                .waitingCheckouts,
                [.integer(policy.holdTTL), .integer(policy.abandonedAfter), .integer(policy.abandonOlderThan)])
            func count(_ column: Int) throws -> Int {
                guard let count = decimalInteger(try result.required(0, column)) else {
                    throw result.unexpected(column)
                }
                return Int(count)
            }
            return WaitingCheckouts(late: try count(0), doubtful: try count(1), stuck: try count(2))
        }
    }

    /// Reads orders by their ids, only to know whether they are accepted checkouts: without times and seats.
    package func orders(named ids: Set<OrderID>) async throws -> [(order: Order, isAccepted: Bool)] {
        try await query { handle in
            let texts = try handle.holdable(ids.map(\.bytes))
            let result = try handle.run(.ordersByID, [.textArray(texts)])
            return try (0..<result.rowCount).map { row in
                let status = result.text(row, 2).flatMap { OrderStatus(rawValue: $0) }
                let order = Order(
                    id: OrderID(try result.required(row, 0)), token: HoldToken(result.bytes(row, 3) ?? []),
                    event: EventID(result.bytes(row, 1) ?? []), status: status, expiresAt: nil, createdAt: nil,
                    lines: [])
                let isAccepted =
                    status == .processing || (status == .pendingPayment && result.text(row, 4) == "t")
                return (order, isAccepted)
            }
        }
    }

    private func readableEvidence() async throws -> Set<String> {
        try await query { handle in
            let result = try handle.run(.evidenceColumns)
            return Set((0..<result.rowCount).compactMap { result.text($0, 0) })
        }
    }

    /// Reads one kind of evidence. If PostgreSQL refuses it, it is missing; a lost connection ends the run.
    private func orders(
        in evidence: Query
    ) async throws -> Result<[(id: OrderID, isFailed: Bool)], PostgresError> {
        do {
            return .success(
                try await query { handle in
                    let result = try handle.run(evidence)
                    return try (0..<result.rowCount).map { row in
                        (OrderID(try result.required(row, 0)), result.text(row, 1) == "t")
                    }
                })
        } catch let error as PostgresError where error.sqlState != nil {
            return .failure(error)
        }
    }
}
