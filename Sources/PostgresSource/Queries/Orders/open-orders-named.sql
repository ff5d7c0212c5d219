-- Orders that are not over by their status, of the events in $1 (text[]) or of all where it is NULL, in the order of
-- their ids.
--
-- $2 text   the last id of the call before; NULL at the start
-- $3 bigint how many
--
-- Reservations that are over hold nothing. The instants, in milliseconds since 1970, show which of the others do.
SELECT o.id::text, o.event_id::text, o.status::text, o.hold_token::text,
       CASE WHEN isfinite(o.expires_at::timestamptz)
            THEN floor(extract(epoch FROM o.expires_at::timestamptz) * 1000)::bigint END,
       CASE WHEN isfinite(o.created_at::timestamptz)
            THEN floor(extract(epoch FROM o.created_at::timestamptz) * 1000)::bigint END,
       CASE WHEN isfinite(o.paid_at::timestamptz)
            THEN floor(extract(epoch FROM o.paid_at::timestamptz) * 1000)::bigint END
FROM orders o
WHERE ($1::text[] IS NULL OR o.event_id::text = ANY ($1::text[]))
  AND (o.status IS NULL
       OR o.status::text NOT IN ('confirmed', 'completed', 'cancelled', 'refunded', 'expired', 'failed'))
  AND NOT (o.status::text = 'pending_payment' AND o.expires_at IS NOT NULL AND o.expires_at::timestamptz < now())
  AND o.id IS NOT NULL
  AND ($2::text IS NULL OR o.id::text COLLATE "C" > $2::text)
ORDER BY o.id::text COLLATE "C"
LIMIT $3::bigint
