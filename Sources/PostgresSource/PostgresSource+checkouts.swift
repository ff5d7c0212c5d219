package import HoldModel

/// What SQL knows of accepted checkouts beside the orders' own rows (contract section 3). All of it may be missing.
package struct CheckoutAnswers: Sendable {
    /// Orders each of whose API calls failed.
    package var failed: [OrderID] = []
    /// Orders whose payment is neither pending nor failed.
    package var paid: [OrderID] = []
    /// Whether ``paid`` can be relied on: where it cannot, no confirmation may be called failed.
    package var knowsPayments = true
    /// What could not be read, in words.
    package var unread: [String] = []
}

/// Accepted checkouts that wait for the finalizer, by how long they have.
package struct WaitingCheckouts: Sendable, Hashable {
    /// Longer than the hold TTL.
    package let late: Int
    /// So long that evidence against them counts.
    package let doubtful: Int
    /// Longer than any queue keeps a message.
    package let stuck: Int
}

extension PostgresSource {
    /// Asks for evidence; what is missing or refused is told, and costs only that.
    ///
    /// - Throws: ``PostgresError`` where the connection is lost.
    package func checkoutAnswers() async throws -> CheckoutAnswers {
        let columns = try await readableEvidence()
        var answers = CheckoutAnswers()
        if columns.isSuperset(of: ["api_idempotency.hold_token", "api_idempotency.status"]) {
            switch try await orders(in: .failedCheckouts) {
            case .success(let orders): answers.failed = orders
            case .failure(let error): answers.unread.append("api_idempotency: \(error)")
            }
        } else {
            answers.unread.append("api_idempotency is missing, or the role may not read its hold_token and status")
        }
        if columns.contains("orders.payment_status") {
            switch try await orders(in: .paidCheckouts) {
            case .success(let orders): answers.paid = orders
            case .failure(let error):
                answers.knowsPayments = false
                answers.unread.append("orders.payment_status: \(error)")
            }
        } else {
            answers.unread.append("orders.payment_status is missing, or the role may not read it")
        }
        return answers
    }

    /// How many accepted checkouts wait, by their age in seconds.
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

    private func readableEvidence() async throws -> Set<String> {
        try await query { handle in
            let result = try handle.run(.evidenceColumns)
            return Set((0..<result.rowCount).compactMap { result.text($0, 0) })
        }
    }

    /// What PostgreSQL refuses is evidence that is missing; a lost connection ends the run.
    private func orders(in evidence: Query) async throws -> Result<[OrderID], PostgresError> {
        do {
            return .success(
                try await query { handle in
                    let result = try handle.run(evidence)
                    return (0..<result.rowCount).compactMap { row in result.bytes(row, 0).map { OrderID($0) } }
                })
        } catch let error as PostgresError where error.sqlState != nil {
            return .failure(error)
        }
    }
}
