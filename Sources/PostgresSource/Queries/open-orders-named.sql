-- Orders that are open or being processed, of the events in $1 (text[]) or of all where it is NULL; at most $2 of them.
SELECT o.id::text, o.event_id::text, o.status::text
FROM orders o
WHERE ($1::text[] IS NULL OR o.event_id::text = ANY ($1::text[]))
  AND o.status::text NOT IN ('confirmed', 'completed', 'cancelled', 'refunded', 'expired', 'failed')
ORDER BY o.id::text COLLATE "C"
LIMIT $2::bigint
