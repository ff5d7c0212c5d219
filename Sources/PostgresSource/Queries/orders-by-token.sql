-- The orders, whatever their status or event, of the hold tokens in $1 (text[]): Redis knows these holds, and only SQL
-- can say that one of them was sold or closed. Columns as in open-orders.sql.
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
WHERE o.hold_token = ANY ($1::text[])
