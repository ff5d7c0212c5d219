/// What the checkout API keeps of each request, so that a client may send it twice.
package enum IdempotencySQL {
    /// How long a request may take before another may take its place, in seconds.
    private static let life = 120

    /// A request begins.
    package static func begin(_ hold: PlatformHold, at now: Int) -> String {
        """
        INSERT INTO api_idempotency (id, idempotency_key, status, hold_token, created_at, updated_at, expires_at)
        VALUES (\(SQLText.literal("request-\(hold.token)")), \(SQLText.literal("checkout-\(hold.token)")), 'in_progress',
            \(SQLText.literal(hold.token)), \(SQLText.utc(now)), \(SQLText.utc(now)), \(SQLText.utc(now + life)));
        """
    }

    /// A request ends as `completed` or `failed`.
    package static func end(_ hold: PlatformHold, as status: String, at now: Int) -> String {
        """
        UPDATE api_idempotency
        SET status = \(SQLText.literal(status)), updated_at = \(SQLText.utc(now)), completed_at = \(SQLText.utc(now)),
            response_payload = jsonb_build_object('orderId', \(SQLText.literal(hold.order)))
        WHERE hold_token = \(SQLText.literal(hold.token)) AND status = 'in_progress';
        """
    }
}
