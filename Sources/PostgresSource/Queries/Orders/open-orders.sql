-- Every order of the events in $1 (text[]) that may carry a live hold, one row for each category it asks for.
--
-- The statuses that are over are named, rather than those that are open: an unknown status must show, so that its event
-- is left alone. status is cast because some deployments keep it as an enum, which refuses unknown names. Instants are
-- sent as binary; columns without a time zone are read in the session's, UTC. An order without order_items still gives
-- one row, with category_id NULL: its seats are counted from its tickets. The rows come in any sequence: to sort them
-- takes the server half as long again as to find them, and the program groups them as they come.
SELECT o.event_id::text, o.id::text, o.hold_token::text, o.status::text, o.expires_at::timestamptz, o.created_at::timestamptz,
       o.paid_at::timestamptz, o.updated_at::timestamptz, i.category_id::text, i.quantity::bigint
FROM orders o
LEFT JOIN order_items i ON i.order_id = o.id
WHERE o.event_id::text = ANY ($1::text[])
  AND (o.status IS NULL
       OR o.status::text NOT IN ('confirmed', 'completed', 'cancelled', 'refunded', 'expired', 'failed'))
