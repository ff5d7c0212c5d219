-- Every order of the events in $1 (text[]) that may carry a live hold, one row for each category it asks for.
--
-- The statuses that are over are named, rather than those that are open: an unknown status must show, so that its
-- event is left alone. status is cast because some deployments keep it as an enum, which refuses unknown names.
-- Instants are milliseconds; one that is not finite stays text, so that it is reported instead of failing the page.
-- An order without order_items still gives one row, with category_id NULL: its seats are counted from its tickets.
SELECT o.event_id, o.id, o.hold_token, o.status::text,
       CASE WHEN isfinite(o.expires_at) THEN floor(extract(epoch FROM o.expires_at) * 1000)::bigint::text
            ELSE o.expires_at::text END AS expires_ms,
       CASE WHEN isfinite(o.created_at) THEN floor(extract(epoch FROM o.created_at) * 1000)::bigint::text
            ELSE o.created_at::text END AS created_ms,
       CASE WHEN isfinite(o.paid_at) THEN floor(extract(epoch FROM o.paid_at) * 1000)::bigint::text
            ELSE o.paid_at::text END AS paid_ms,
       CASE WHEN isfinite(o.updated_at) THEN floor(extract(epoch FROM o.updated_at) * 1000)::bigint::text
            ELSE o.updated_at::text END AS updated_ms,
       i.category_id, i.quantity
FROM orders o
LEFT JOIN order_items i ON i.order_id = o.id
WHERE o.event_id = ANY ($1::text[])
  AND (o.status IS NULL
       OR o.status::text NOT IN ('confirmed', 'completed', 'cancelled', 'refunded', 'expired', 'failed'))
