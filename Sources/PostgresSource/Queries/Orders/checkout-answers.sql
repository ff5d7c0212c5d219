-- What the API's idempotency rows say of accepted checkouts: whether each call of the hold failed. Then most likely no
-- message was ever sent (contract section 3); a call that is under way, has completed, or whose process died, may have
-- sent one.
--
-- Another answer matters only for an order that looks like a failed confirmation. The table has no index by hold, so this
-- is asked once for all orders, and the server joins.
SELECT o.id::text, bool_and(coalesce(a.status::text = 'failed', false))
FROM orders o
JOIN api_idempotency a ON a.hold_token::text = o.hold_token::text
WHERE o.status::text = 'pending_payment' AND o.expires_at IS NULL
GROUP BY o.id, o.paid_at
HAVING o.paid_at IS NOT NULL OR bool_and(coalesce(a.status::text = 'failed', false))
