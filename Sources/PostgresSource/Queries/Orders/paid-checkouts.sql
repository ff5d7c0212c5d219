-- Orders that look like a confirmation that failed, and whose payment is neither pending nor failed: somebody paid.
SELECT o.id::text, false
FROM orders o
WHERE o.status::text = 'pending_payment' AND o.expires_at IS NULL AND o.paid_at IS NOT NULL
  AND coalesce(o.payment_status::text, '') NOT IN ('pending', 'failed')
