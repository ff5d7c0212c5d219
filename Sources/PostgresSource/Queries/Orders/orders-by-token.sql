-- The orders, whatever their status or event, of the hold tokens in $1 (text[]). Redis has these holds, and only SQL can
-- say that one of them was sold or closed. The columns are those of open-orders.sql.
SELECT o.event_id::text, o.id::text, o.hold_token::text, o.status::text, o.expires_at::timestamptz, o.created_at::timestamptz,
       o.paid_at::timestamptz, o.updated_at::timestamptz, i.category_id::text, i.quantity::bigint
FROM orders o
LEFT JOIN order_items i ON i.order_id = o.id
WHERE o.hold_token::text = ANY ($1::text[])
