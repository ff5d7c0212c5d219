-- Accepted checkouts each of whose API calls failed: most likely their message was never sent (contract section 3).
--
-- A call that is under way, or whose process died, may have sent it. Holds have no index there, so this is asked once for all
-- orders, and the server joins.
SELECT o.id::text
FROM orders o
WHERE o.status::text = 'pending_payment' AND o.expires_at IS NULL
  AND EXISTS (SELECT FROM api_idempotency a
              WHERE a.hold_token::text = o.hold_token::text AND a.status::text = 'failed')
  AND NOT EXISTS (SELECT FROM api_idempotency a
                  WHERE a.hold_token::text = o.hold_token::text AND a.status::text IS DISTINCT FROM 'failed')
